import { Bar, BarChart, LabelList, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { ORDER_STATUSES, type Stats } from "../../api.ts";
import { ORDER_STATUS } from "../../words.ts";
import styles from "./dashboard.module.css";
import { FiguresTable } from "./FiguresTable.tsx";

export default function StatusChart({ counts }: { counts: Stats["orders_by_status"] }) {
  const bars = ORDER_STATUSES.map((status) => ({ label: ORDER_STATUS[status].label, orders: counts[status] }));
  return (
    <>
      <div className={styles.chart} aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <BarChart data={bars} layout="vertical" accessibilityLayer={false} margin={{ right: 40 }}>
            <XAxis type="number" hide />
            <YAxis
              type="category"
              dataKey="label"
              width={128}
              stroke="var(--muted)"
              axisLine={false}
              tickLine={false}
            />
            <Bar dataKey="orders" fill="var(--accent)" radius={3} isAnimationActive={false}>
              <LabelList dataKey="orders" position="right" fill="var(--text)" />
            </Bar>
          </BarChart>
        </ResponsiveContainer>
      </div>
      <FiguresTable columns={["Status", "Orders"]} rows={bars.map(({ label, orders }) => [label, orders])} />
    </>
  );
}
