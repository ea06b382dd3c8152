import { Price } from "@ferrocart/ui/Price.tsx";
import type { Stats } from "../../api.ts";
import { Card } from "../../components/Card.tsx";
import styles from "./dashboard.module.css";

/** The figures of orders that were placed before the currency of the shop was changed. */
export function OtherCurrencies({ currencies }: { currencies: Stats["other_currencies"] }) {
  if (currencies.length === 0) return null;
  return (
    <div className={styles.wide}>
      <Card title="In other currencies">
        <ul>
          {currencies.map(({ currency, orders, revenue, refunds }) => (
            <li key={currency}>
              {orders} paid orders, <Price amount={revenue} currency={currency} />, of which{" "}
              <Price amount={refunds} currency={currency} /> were refunded
            </li>
          ))}
        </ul>
      </Card>
    </div>
  );
}
