import { Price } from "@ferrocart/ui/Price.tsx";
import type { AdminOrder } from "../../api.ts";
import { Notice } from "../../components/Notice.tsx";
import { FLAG, HOLD_REASON } from "../../words.ts";
import { holdReason } from "./hold.ts";
import styles from "./order.module.css";

/** What an administrator has to know before doing anything with the order. */
export function OrderNotices({ order }: { order: AdminOrder }) {
  const hold = order.status === "processing" ? holdReason(order) : undefined;
  return (
    <div className={styles.notices}>
      {order.flags.map((flag) => (
        <Notice key={flag} tone="danger" title={FLAG[flag].label}>
          {FLAG[flag].meaning} {FLAG[flag].remedy}
        </Notice>
      ))}
      <DisputeNotice order={order} />
      {hold && (
        <Notice tone="warning" title="Do not ship">
          The order is on hold, because {HOLD_REASON[hold]}.
        </Notice>
      )}
    </div>
  );
}

function DisputeNotice({ order: { payment, currency } }: { order: AdminOrder }) {
  const { dispute } = payment;
  if (dispute === null) return null;
  const withheld = <Price amount={dispute.withheld_amount} currency={currency} />;
  switch (dispute.status) {
    case "inquiry":
      return (
        <Notice tone="warning" title="Inquiry of the bank">
          The customer's bank asks about this payment. Answer in Stripe's dashboard, or refund the order, before it
          becomes a dispute.
        </Notice>
      );
    case "open":
      return (
        <Notice tone="danger" title="Open dispute">
          The bank has taken {withheld} until it decides. This amount cannot be refunded.
        </Notice>
      );
    case "won":
      return (
        <Notice tone="success" title="Dispute won">
          The bank has decided for the shop.
        </Notice>
      );
    case "lost":
      return (
        <Notice tone="danger" title="Dispute lost">
          The bank has returned {withheld} to the customer. This amount cannot be refunded once more.
        </Notice>
      );
  }
}
