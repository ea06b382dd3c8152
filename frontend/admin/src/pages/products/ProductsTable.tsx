import { Price } from "@ferrocart/ui/Price.tsx";
import { Link } from "@tanstack/react-router";
import type { AdminProductSummary } from "../../api.ts";
import { Badge } from "../../components/Badge.tsx";
import { type DataColumn, DataTable } from "../../components/DataTable.tsx";
import styles from "./products.module.css";

const COLUMNS: DataColumn<AdminProductSummary>[] = [
  {
    id: "name",
    label: "Product",
    isRowHeader: true,
    render: ({ id, name, thumbnail, is_active }) => (
      <span className={styles.product}>
        {thumbnail ? (
          <img src={thumbnail} alt="" width={40} height={40} loading="lazy" />
        ) : (
          <span className={styles.placeholder} />
        )}
        <Link to="/products/$productId" params={{ productId: id }}>
          {name}
        </Link>
        {!is_active && <Badge>Not for sale</Badge>}
      </span>
    ),
  },
  { id: "category", label: "Category", render: ({ category }) => category },
  {
    id: "price",
    label: "Price",
    isNumber: true,
    render: ({ min_price, max_price, currency }) => (
      <>
        <Price amount={min_price} currency={currency} />
        {max_price !== min_price && (
          <>
            {" – "}
            <Price amount={max_price} currency={currency} />
          </>
        )}
      </>
    ),
  },
  { id: "variants", label: "Variants", isNumber: true, render: ({ variant_count }) => variant_count },
  { id: "stock", label: "Stock", isNumber: true, render: ({ stock_quantity }) => stock_quantity },
  {
    id: "lowest",
    label: "Lowest of a variant",
    isNumber: true,
    render: ({ lowest_stock }) => <Lowest stock={lowest_stock} />,
  },
];

function Lowest({ stock }: { stock: number }) {
  if (stock === 0) return <Badge tone="danger">Sold out</Badge>;
  return stock <= 3 ? <Badge tone="warning">{stock}</Badge> : stock;
}

interface ProductsTableProps {
  label: string;
  products: AdminProductSummary[];
  empty?: string;
}

export function ProductsTable({ label, products, empty = "No product matches these filters." }: ProductsTableProps) {
  return <DataTable label={label} columns={COLUMNS} items={products} empty={empty} />;
}
