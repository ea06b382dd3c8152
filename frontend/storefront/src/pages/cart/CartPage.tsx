import { Price } from "@ferrocart/ui/Price.tsx";
import type { Cart } from "../../api.ts";
import { LinkButton } from "../../components/Button.tsx";
import { CartChanges } from "../../components/CartChanges.tsx";
import { CartLineRow } from "../../components/CartLineRow.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { UnpaidOrders } from "../../components/UnpaidOrders.tsx";
import { useCart } from "../../data/cart.ts";
import { acceptPrices } from "../../data/seen-prices.ts";
import styles from "./cart.module.css";

export function CartPage() {
  const cart = useCart();
  return (
    <>
      <PageHeading>Cart</PageHeading>
      <UnpaidOrders />
      <CartChanges />
      <Loaded query={cart}>
        {(data) =>
          data.items.length === 0 ? (
            <div className={styles.empty}>
              <p>Your cart is empty.</p>
              <LinkButton to="/" kind="primary">
                See all products
              </LinkButton>
            </div>
          ) : (
            <Filled cart={data} />
          )
        }
      </Loaded>
    </>
  );
}

function Filled({ cart }: { cart: Cart }) {
  const { items, currency, subtotal, minimum_total } = cart;
  const unavailable = items.filter((item) => !item.available).length;
  const isTooLow = subtotal > 0 && subtotal < minimum_total;
  return (
    <div className={styles.columns}>
      <ul className={styles.lines} aria-label="Items in your cart">
        {items.map((item) => (
          <CartLineRow key={item.id} item={item} currency={currency} />
        ))}
      </ul>
      <section aria-label="Total" className={styles.summary}>
        <p className={styles.total}>
          Total{" "}
          <strong>
            <Price amount={subtotal} currency={currency} />
          </strong>
        </p>
        {unavailable > 0 && (
          <Notice kind="warning">Some items cannot be bought as they are. Change or remove them to continue.</Notice>
        )}
        {isTooLow && (
          <Notice kind="warning">
            <span>
              The least total of an order is <Price amount={minimum_total} currency={currency} />.
            </span>
          </Notice>
        )}
        {unavailable === 0 && !isTooLow && (
          <div onClickCapture={() => acceptPrices(cart)}>
            <LinkButton to="/checkout" kind="primary">
              Go to checkout
            </LinkButton>
          </div>
        )}
        <LinkButton to="/" kind="link">
          Continue shopping
        </LinkButton>
      </section>
    </div>
  );
}
