import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { Picture } from "@ferrocart/ui/Picture.tsx";
import { Price } from "@ferrocart/ui/Price.tsx";
import { Link } from "@tanstack/react-router";
import type { CartItem } from "../api.ts";
import { useSetQuantity } from "../data/change-cart.ts";
import { formerPrice } from "../data/seen-prices.ts";
import { Button } from "./Button.tsx";
import styles from "./CartLineRow.module.css";
import { optionsText } from "./options-text.ts";
import { QuantitySelect } from "./QuantitySelect.tsx";

/** A line of the cart. What has changed since the customer added it is said here, with what can be done about it. */
export function CartLineRow({ item, currency }: { item: CartItem; currency: string }) {
  const set = useSetQuantity();
  const { product_id, variant_sku, quantity, stock_quantity, unit_price, line_total } = item;
  const name = item.name ?? "This product";
  const change = (next: number) => set.mutate({ product_id, variant_sku, quantity: next });
  const former = formerPrice(item.id, unit_price);
  return (
    <li className={styles.line}>
      <div className={styles.picture}>{item.thumbnail && <Picture src={item.thumbnail} alt="" />}</div>
      <div className={styles.text}>
        <h2>
          {item.slug ? (
            <Link to="/products/$slug" params={{ slug: item.slug }} search={{ sku: variant_sku }}>
              {name}
            </Link>
          ) : (
            name
          )}
        </h2>
        <p className={styles.options}>{optionsText(item.options)}</p>
        {item.available && former !== undefined && unit_price !== null && (
          <p className={styles.changed}>
            The price has changed from <Price amount={former} currency={currency} /> to{" "}
            <Price amount={unit_price} currency={currency} />.
          </p>
        )}
        {!item.available && (
          <p className={styles.changed}>
            {unit_price === null
              ? "No longer for sale. "
              : stock_quantity === 0
                ? "Sold out. "
                : `Only ${stock_quantity} left. `}
            {stock_quantity > 0 && (
              <Button kind="link" isBusy={set.isPending} onClick={() => change(stock_quantity)}>
                Change to {stock_quantity}
              </Button>
            )}
          </p>
        )}
        {set.isError && (
          <div className={styles.changed}>
            <ErrorMessage error={set.error} />
          </div>
        )}
        <div className={styles.actions}>
          {unit_price !== null && stock_quantity > 0 && (
            <QuantitySelect
              label={`Quantity of ${name}`}
              quantity={quantity}
              stock={stock_quantity}
              onChange={change}
              isBusy={set.isPending}
            />
          )}
          <Button kind="link" isBusy={set.isPending} aria-label={`Remove ${name}`} onClick={() => change(0)}>
            Remove
          </Button>
        </div>
      </div>
      <p className={item.available ? styles.total : styles.unavailable}>
        {line_total !== null && <Price amount={line_total} currency={currency} />}
      </p>
    </li>
  );
}
