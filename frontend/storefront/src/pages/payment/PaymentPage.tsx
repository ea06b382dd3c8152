import { ok } from "@ferrocart/client";
import { Price } from "@ferrocart/ui/Price.tsx";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useParams } from "@tanstack/react-router";
import { useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import form from "../../components/form.module.css";
import { Loaded } from "../../components/Loaded.tsx";
import { Notice } from "../../components/Notice.tsx";
import { OrderItems } from "../../components/OrderItems.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { RequireAccess } from "../../components/RequireAccess.tsx";
import { orderHeaders } from "../../data/order-tokens.ts";
import { useCancelOrder, useOrder } from "../../data/orders.ts";
import { PaymentForm } from "./PaymentForm.tsx";
import styles from "./payment.module.css";

/** Takes the payment of an order that is placed. It is always the same payment, so coming back never pays twice. */
export function PaymentPage() {
  const { orderId } = useParams({ from: "/orders/$orderId/pay" });
  return (
    <RequireAccess orderId={orderId}>
      <PageHeading>Payment</PageHeading>
      <Content orderId={orderId} />
    </RequireAccess>
  );
}

function Content({ orderId }: { orderId: string }) {
  const shop = useShop();
  const order = useOrder(orderId);
  const payment = useQuery({
    queryKey: ["own", "payment", orderId],
    queryFn: ({ signal }) => {
      const params = { path: { id: orderId } };
      return ok(shop.POST("/orders/{id}/payment", { params, headers: orderHeaders(orderId), signal }));
    },
    // Paid or cancelled in another tab, or by the back button.
    refetchOnMount: "always",
    gcTime: 0,
  });
  return (
    <div className={styles.columns}>
      <section className={form.card} aria-labelledby="pay">
        <h2 id="pay">Pay securely with Stripe</h2>
        <Loaded query={payment}>
          {(data) =>
            data.client_secret === null || data.status === "processing" ? (
              <Navigate to="/orders/$orderId" params={{ orderId }} replace />
            ) : (
              <PaymentForm payment={data} orderId={orderId} total={order.data} />
            )
          }
        </Loaded>
      </section>
      <section className={form.card} aria-labelledby="summary">
        <h2 id="summary">Your order</h2>
        <Loaded query={order}>
          {(data) => (
            <>
              <OrderItems items={data.items} currency={data.currency} />
              <p className={styles.total}>
                Total{" "}
                <strong>
                  <Price amount={data.total_amount} currency={data.currency} />
                </strong>
              </p>
              <p className={styles.reserved}>
                Order {data.order_number}. Your items are reserved until {timeOf(data.expires_at)}.
              </p>
              <Cancel orderId={orderId} />
            </>
          )}
        </Loaded>
      </section>
    </div>
  );
}

function Cancel({ orderId }: { orderId: string }) {
  const navigate = useNavigate();
  const cancel = useCancelOrder(() => void navigate({ to: "/cart", replace: true }));
  return (
    <>
      <Button kind="link" isBusy={cancel.isPending} onClick={() => cancel.mutate(orderId)}>
        Cancel this order, and put its items back into the cart
      </Button>
      {cancel.isError && <Notice kind="danger">The order could not be cancelled. Please try again.</Notice>}
    </>
  );
}

function timeOf(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });
}
