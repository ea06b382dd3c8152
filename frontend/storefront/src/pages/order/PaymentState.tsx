import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import type { Order } from "../../api.ts";
import { Button, LinkButton } from "../../components/Button.tsx";
import { Notice } from "../../components/Notice.tsx";
import { dateTime, STATUS } from "../../components/order-words.ts";
import { useCancelOrder } from "../../data/orders.ts";

/** What is known of the payment, and what the customer can do. */
export function PaymentState({ order, isNew }: { order: Order; isNew: boolean }) {
  const { status, payment } = order;
  if (status === "pending") {
    if (payment.status !== "processing") return <Unpaid order={order} />;
    return <Notice isAnnounced>Your bank is processing the payment. This can take a few days.</Notice>;
  }
  if (status === "cancelled") {
    return (
      <Notice kind="warning">
        This order is cancelled{payment.failure ? `: ${payment.failure.message}` : "."} Nothing will be shipped.
      </Notice>
    );
  }
  return (
    <Notice kind="success" isAnnounced>
      {isNew && status === "processing" ? "Thank you! Your order is paid." : STATUS[status]}
    </Notice>
  );
}

function Unpaid({ order }: { order: Order }) {
  const { id, expires_at, payment } = order;
  const cancel = useCancelOrder();
  return (
    <>
      <Notice kind="warning">
        <span>
          {payment.failure ? `The payment has failed: ${payment.failure.message} ` : "This order is not paid yet. "}
          Your items are reserved until {dateTime(expires_at)}.
        </span>
        <LinkButton to="/orders/$orderId/pay" params={{ orderId: id }} kind="primary">
          Pay now
        </LinkButton>
        <Button isBusy={cancel.isPending} onClick={() => cancel.mutate(id)}>
          Cancel order
        </Button>
      </Notice>
      {cancel.isError && (
        <Notice kind="danger">
          <ErrorMessage error={cancel.error} />
        </Notice>
      )}
    </>
  );
}
