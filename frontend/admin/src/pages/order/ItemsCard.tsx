import { Price } from "@ferrocart/ui/Price.tsx";
import { Link } from "@tanstack/react-router";
import type { AdminOrder } from "../../api.ts";
import { Card } from "../../components/Card.tsx";
import styles from "./order.module.css";

/** The lines of an order, with the names and prices at which it was placed. */
export function ItemsCard({ order: { items, total_amount, currency } }: { order: AdminOrder }) {
  return (
    <Card title="Goods">
      <ul className={styles.items}>
        {items.map((item) => (
          <li key={item.sku} className={styles.item}>
            {item.thumbnail ? (
              <img src={item.thumbnail} alt="" width={56} height={56} loading="lazy" />
            ) : (
              <span className={styles.placeholder} />
            )}
            <div>
              <Link to="/products/$productId" params={{ productId: item.product_id }}>
                {item.name}
              </Link>
              <div className={styles.muted}>{[item.sku, ...Object.values(item.options)].join(" · ")}</div>
              <div className={styles.muted}>
                {item.quantity} × <Price amount={item.price_per_unit} currency={currency} />
              </div>
            </div>
            <span className={styles.amount}>
              <Price amount={item.line_total} currency={currency} />
            </span>
          </li>
        ))}
      </ul>
      <div className={styles.total}>
        <span>Total</span>
        <Price amount={total_amount} currency={currency} />
      </div>
    </Card>
  );
}
