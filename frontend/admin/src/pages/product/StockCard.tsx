import { Price } from "@ferrocart/ui/Price.tsx";
import { useState } from "react";
import type { Product, Variant } from "../../api.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { Card } from "../../components/Card.tsx";
import { type DataColumn, DataTable } from "../../components/DataTable.tsx";
import { StockDialog } from "./StockDialog.tsx";

type Row = Variant & { id: string };

/** The variants with their stock, which is adjusted at once, and not with the form. */
export function StockCard({ product }: { product: Product }) {
  const [sku, setSku] = useState<string | null>(null);
  const adjusted = product.variants.find((variant) => variant.sku === sku);
  const columns: DataColumn<Row>[] = [
    { id: "sku", label: "SKU", isRowHeader: true, render: (variant) => variant.sku },
    ...product.options.map(({ name }) => ({
      id: `option ${name}`,
      label: name,
      render: (variant: Row) => variant.options[name] ?? "–",
    })),
    {
      id: "price",
      label: "Price",
      isNumber: true,
      render: ({ price }) => <Price amount={price} currency={product.currency} />,
    },
    {
      id: "stock",
      label: "Stock",
      isNumber: true,
      render: ({ stock_quantity: stock }) => (stock === 0 ? <Badge tone="danger">Sold out</Badge> : stock),
    },
    {
      id: "adjust",
      label: "Adjust",
      isAction: true,
      render: (variant) => (
        <Button onPress={() => setSku(variant.sku)} aria-label={`Adjust the stock of ${variant.sku}`}>
          Adjust
        </Button>
      ),
    },
  ];
  return (
    <Card title="Stock">
      <DataTable
        label="Stock of the variants"
        columns={columns}
        items={product.variants.map((variant) => ({ ...variant, id: variant.sku }))}
        empty="The product has no variants."
      />
      {adjusted && <StockDialog product={product} variant={adjusted} onClose={() => setSku(null)} />}
    </Card>
  );
}
