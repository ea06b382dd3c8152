import { Picture } from "@ferrocart/ui/Picture.tsx";
import { Price } from "@ferrocart/ui/Price.tsx";
import { Link } from "@tanstack/react-router";
import type { Order } from "../api.ts";
import styles from "./OrderItems.module.css";
import { optionsText } from "./options-text.ts";

/** The items of an order, at the prices at which it was placed. */
export function OrderItems({ items, currency }: { items: Order["items"]; currency: string }) {
  return (
    <ul className={styles.items}>
      {items.map(({ sku, slug, name, options, quantity, line_total, thumbnail }) => (
        <li key={sku}>
          <div className={styles.picture}>{thumbnail && <Picture src={thumbnail} alt="" />}</div>
          <div>
            <p>
              <Link to="/products/$slug" params={{ slug }}>
                {name}
              </Link>
            </p>
            <p className={styles.options}>
              {quantity} × {optionsText(options) || name}
            </p>
          </div>
          <p>
            <Price amount={line_total} currency={currency} />
          </p>
        </li>
      ))}
    </ul>
  );
}
