import { Price } from "@ferrocart/ui/Price.tsx";
import type { AdminOrder } from "../../api.ts";
import { Notice } from "../../components/Notice.tsx";

/** What the customer's bank has done or asked for, and what follows from it. */
export function DisputeNotice({ order: { payment, currency, status } }: { order: AdminOrder }) {
  const { dispute } = payment;
  if (dispute === null) return null;
  const withheld = <Price amount={dispute.withheld_amount} currency={currency} />;
  const isUnshipped = status === "processing";
  switch (dispute.status) {
    case "inquiry":
      return (
        <Notice tone="warning" title="Inquiry of the bank">
          The customer's bank asks about this payment. Answer in Stripe's dashboard, or refund the order, before it
          becomes a dispute.{isUnshipped && " The order cannot be shipped until the inquiry is closed."}
        </Notice>
      );
    case "open":
      return (
        <Notice tone="danger" title="Open dispute">
          The customer's bank reclaims this payment. It has taken {withheld} until it decides, so this amount cannot be
          refunded. Answer in Stripe's dashboard before the deadline.
          {isUnshipped && " The order cannot be shipped until the dispute is won."}
        </Notice>
      );
    case "won":
      return (
        <Notice tone="success" title="Dispute won">
          The bank has decided for the shop.{isUnshipped && " The order can be shipped."}
        </Notice>
      );
    case "lost":
      return (
        <Notice tone="danger" title="Dispute lost">
          The bank has returned {withheld} to the customer, so this amount cannot be refunded once more.
          {isUnshipped && " The order must not be shipped: cancel it."}
        </Notice>
      );
  }
}
