import { formatMoney, toMoney } from "@ferrocart/client";
import { Price } from "@ferrocart/ui/Price.tsx";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Cart } from "../../api.ts";
import { Button } from "../../components/Button.tsx";
import { CartLineRow } from "../../components/CartLineRow.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import styles from "./checkout.module.css";

/** The items with their current prices, and the button that places the order. */
export function Summary({ cart, isBusy, children }: { cart: Cart; isBusy: boolean; children: ReactNode }) {
  const { items, currency, subtotal, minimum_total } = cart;
  const total = formatMoney(toMoney(subtotal, currency));
  const isAvailable = items.every((item) => item.available);
  const isTooLow = subtotal > 0 && subtotal < minimum_total;
  return (
    <section className={form.card} aria-labelledby="summary">
      <h2 id="summary">Your order</h2>
      <ul className={styles.lines}>
        {items.map((item) => (
          <CartLineRow key={item.id} item={item} currency={currency} />
        ))}
      </ul>
      <p className={styles.total}>
        Total{" "}
        <strong>
          <Price amount={subtotal} currency={currency} />
        </strong>
      </p>
      {children}
      {!isAvailable && (
        <Notice kind="warning" isAnnounced>
          Some items cannot be bought as they are. Change or remove them to continue.
        </Notice>
      )}
      {isTooLow && (
        <Notice kind="warning">
          <span>
            The least total of an order is <Price amount={minimum_total} currency={currency} />.
          </span>
        </Notice>
      )}
      <div className={styles.place}>
        <Button type="submit" kind="primary" isBusy={isBusy} disabled={!isAvailable || isTooLow}>
          {isBusy ? "Placing the order …" : isAvailable ? `Order for ${total}` : "Order"}
        </Button>
        <p>You pay on the next page. Your order reserves its items until the time to pay is over.</p>
        <Link to="/cart">Back to the cart</Link>
      </div>
    </section>
  );
}
