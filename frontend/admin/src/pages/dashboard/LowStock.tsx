import { Link } from "@tanstack/react-router";
import type { Stats } from "../../api.ts";
import { Badge } from "../../components/Badge.tsx";
import { Card } from "../../components/Card.tsx";
import { type DataColumn, DataTable } from "../../components/DataTable.tsx";

type LowStockVariant = Stats["low_stock"][number] & { id: string };

/** Variants above this stock are of no concern on the dashboard. */
const LOW = 10;
const SHOWN = 8;

const COLUMNS: DataColumn<LowStockVariant>[] = [
  {
    id: "name",
    label: "Product",
    isRowHeader: true,
    render: ({ name, product_id }) => (
      <Link to="/products/$productId" params={{ productId: product_id }}>
        {name}
      </Link>
    ),
  },
  { id: "sku", label: "SKU", render: ({ sku }) => sku },
  {
    id: "stock",
    label: "Stock",
    isNumber: true,
    render: ({ stock_quantity: stock }) => (
      <Badge tone={stock === 0 ? "danger" : "warning"}>{stock === 0 ? "Sold out" : `${stock} left`}</Badge>
    ),
  },
];

export function LowStock({ variants }: { variants: Stats["low_stock"] }) {
  const low = variants.filter(({ stock_quantity }) => stock_quantity <= LOW);
  const rows = low.slice(0, SHOWN).map((variant) => ({ ...variant, id: variant.sku }));
  return (
    <Card
      title="Low stock"
      actions={
        <Link to="/products" search={{ is_active: "true", max_stock: String(LOW) }}>
          All products with low stock
        </Link>
      }
    >
      <DataTable
        label="Variants with low stock"
        columns={COLUMNS}
        items={rows}
        empty={`Every variant has more than ${LOW} pieces.`}
      />
    </Card>
  );
}
