import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { Stats } from "../../api.ts";
import { ChartTooltip } from "./ChartTooltip.tsx";
import styles from "./dashboard.module.css";
import { FiguresTable } from "./FiguresTable.tsx";
import { formatAmount, formatDay, formatRounded } from "./format.ts";

type Days = Stats["revenue_by_day"];

export default function RevenueChart({ days, currency }: { days: Days; currency: string }) {
  const describe = ({ date, revenue, orders }: Days[number]) => [
    formatDay(date),
    formatAmount(revenue, currency),
    `${orders} paid ${orders === 1 ? "order" : "orders"}`,
  ];
  return (
    <>
      <div className={styles.chart} aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart data={days} accessibilityLayer={false} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
            <CartesianGrid vertical={false} stroke="var(--border)" />
            <XAxis dataKey="date" tickFormatter={formatDay} minTickGap={24} stroke="var(--muted)" tickLine={false} />
            <YAxis
              width={64}
              tickFormatter={(amount: number) => formatRounded(amount, currency)}
              stroke="var(--muted)"
              axisLine={false}
              tickLine={false}
            />
            <Tooltip content={<ChartTooltip describe={describe} />} />
            <Area
              type="linear"
              dataKey="revenue"
              stroke="var(--accent)"
              strokeWidth={2}
              fill="var(--accent)"
              fillOpacity={0.15}
              isAnimationActive={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <FiguresTable
        columns={["Day", "Orders", "Revenue"]}
        rows={days.map(({ date, orders, revenue }) => [formatDay(date), orders, formatAmount(revenue, currency)])}
      />
    </>
  );
}
