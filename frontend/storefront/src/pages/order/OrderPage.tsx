import { Price } from "@ferrocart/ui/Price.tsx";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import type { Order } from "../../api.ts";
import { useSessionUser } from "../../app/services.tsx";
import { AddressText } from "../../components/AddressText.tsx";
import form from "../../components/form.module.css";
import { Loaded } from "../../components/Loaded.tsx";
import { OrderItems } from "../../components/OrderItems.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { RequireAccess } from "../../components/RequireAccess.tsx";
import { orderToken } from "../../data/order-tokens.ts";
import { useOrder } from "../../data/orders.ts";
import { FollowedPayment } from "./FollowedPayment.tsx";
import { History } from "./History.tsx";
import { KeepOrder } from "./KeepOrder.tsx";
import styles from "./order.module.css";
import { PaymentState } from "./PaymentState.tsx";

/** One order: its payment, its parcel, its items. After a payment it waits until the shop has received it. */
export function OrderPage() {
  const { orderId } = useParams({ from: "/orders/$orderId" });
  return (
    <RequireAccess orderId={orderId}>
      <Content orderId={orderId} />
    </RequireAccess>
  );
}

const NOT_FOUND = "This order does not exist, its link has ended, or it belongs to an account. Please sign in.";
const NOT_OWN =
  "This order is not among those of your account. If you have bought it as a guest, please open the link in the mail about it.";

function Content({ orderId }: { orderId: string }) {
  const { payment } = useSearch({ from: "/orders/$orderId" });
  const user = useSessionUser();
  const order = useOrder(orderId, payment === "submitted");
  return (
    <Loaded query={order} own={{ not_found: user ? NOT_OWN : NOT_FOUND }}>
      {(data) => <Details order={data} />}
    </Loaded>
  );
}

function Details({ order }: { order: Order }) {
  const { payment } = useSearch({ from: "/orders/$orderId" });
  const { order_number, items, currency, total_amount, refunded_amount, tracking, shipping_address } = order;
  const isFollowed = payment === "submitted" && order.status === "pending" && order.payment.status !== "processing";
  return (
    <>
      <PageHeading>{`Order ${order_number}`}</PageHeading>
      {isFollowed ? <FollowedPayment order={order} /> : <PaymentState order={order} isNew={payment === "submitted"} />}
      <div className={styles.columns}>
        <section className={form.card} aria-labelledby="items">
          <h2 id="items">Items</h2>
          <OrderItems items={items} currency={currency} />
          <dl className={styles.totals}>
            <dt>Total</dt>
            <dd>
              <Price amount={total_amount} currency={currency} />
            </dd>
            {refunded_amount > 0 && (
              <>
                <dt>Refunded</dt>
                <dd>
                  <Price amount={refunded_amount} currency={currency} />
                </dd>
              </>
            )}
          </dl>
        </section>
        <div>
          {tracking && (
            <section className={form.card} aria-labelledby="tracking">
              <h2 id="tracking">Tracking</h2>
              <p>
                {tracking.carrier}{" "}
                {tracking.url ? (
                  <a href={tracking.url} rel="noreferrer">
                    {tracking.number}
                  </a>
                ) : (
                  tracking.number
                )}
              </p>
            </section>
          )}
          <section className={form.card} aria-labelledby="address">
            <h2 id="address">Shipping address</h2>
            <AddressText address={shipping_address} />
          </section>
          <History changes={order.status_history} />
        </div>
      </div>
      {orderToken(order.id) ? (
        <KeepOrder orderId={order.id} />
      ) : (
        <p>
          <Link to="/account/orders">All your orders</Link>
        </p>
      )}
    </>
  );
}
