import { Price } from "@ferrocart/ui/Price.tsx";
import type { ReactNode } from "react";
import type { Stats } from "../../api.ts";
import styles from "./dashboard.module.css";

export function KeyFigures({ stats }: { stats: Stats }) {
  const { currency } = stats;
  return (
    <dl className={styles.figures}>
      <Figure label="Revenue">
        <Price amount={stats.revenue} currency={currency} />
      </Figure>
      <Figure label="Paid orders">{stats.orders}</Figure>
      <Figure label="Average order">
        <Price amount={stats.average_order_value} currency={currency} />
      </Figure>
      <Figure label="Pieces sold">{stats.units_sold}</Figure>
      <Figure label="New customers">{stats.new_customers}</Figure>
      <Figure label="Refunds">
        <Price amount={stats.refunds} currency={currency} />
      </Figure>
      {stats.lost_to_disputes > 0 && (
        <Figure label="Lost to disputes">
          <Price amount={stats.lost_to_disputes} currency={currency} />
        </Figure>
      )}
    </dl>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.figure}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
