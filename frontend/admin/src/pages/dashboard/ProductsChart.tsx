import { Link } from "@tanstack/react-router";
import { Bar, BarChart, LabelList, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { Stats } from "../../api.ts";
import { ChartTooltip } from "./ChartTooltip.tsx";
import styles from "./dashboard.module.css";
import { FiguresTable } from "./FiguresTable.tsx";
import { formatAmount, formatRounded } from "./format.ts";

type Products = Stats["top_products"];

export default function ProductsChart({ products, currency }: { products: Products; currency: string }) {
  if (products.length === 0) return <p>Nothing was sold in this period.</p>;
  const bars = products.slice(0, 6);
  const describe = ({ name, units, revenue }: Products[number]) => [
    name,
    `${units} sold`,
    formatAmount(revenue, currency),
  ];
  return (
    <>
      <div className={styles.chart} aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <BarChart data={bars} layout="vertical" accessibilityLayer={false} margin={{ right: 56 }}>
            <XAxis type="number" hide />
            <YAxis type="category" dataKey="name" width={128} stroke="var(--muted)" axisLine={false} tickLine={false} />
            <Tooltip content={<ChartTooltip describe={describe} />} cursor={false} />
            <Bar dataKey="revenue" fill="var(--accent)" radius={3} isAnimationActive={false}>
              <LabelList
                dataKey="revenue"
                position="right"
                fill="var(--text)"
                formatter={(amount) => formatRounded(Number(amount), currency)}
              />
            </Bar>
          </BarChart>
        </ResponsiveContainer>
      </div>
      <FiguresTable
        columns={["Product", "Pieces", "Revenue"]}
        rows={products.map(({ product_id, name, units, revenue }) => [
          name,
          units,
          <Link key={product_id} to="/products/$productId" params={{ productId: product_id }}>
            {formatAmount(revenue, currency)}
          </Link>,
        ])}
      />
    </>
  );
}
