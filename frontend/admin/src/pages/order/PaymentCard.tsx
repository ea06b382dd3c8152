import { Price } from "@ferrocart/ui/Price.tsx";
import type { AdminOrder, Refund } from "../../api.ts";
import { Badge, type Tone } from "../../components/Badge.tsx";
import { Card } from "../../components/Card.tsx";
import { Time } from "../../components/Time.tsx";
import { ACTOR, PAYMENT_STATUS } from "../../words.ts";
import styles from "./order.module.css";

export function PaymentCard({ order }: { order: AdminOrder }) {
  const { payment, refunds, currency } = order;
  const { label, tone } = PAYMENT_STATUS[payment.status];
  return (
    <Card title="Payment" actions={<Badge tone={tone}>{label}</Badge>}>
      <p>{explain(order)}</p>
      <dl className={styles.facts}>
        <dt>Refunded</dt>
        <dd>
          <Price amount={order.refunded_amount} currency={currency} />
        </dd>
        <dt>Refundable</dt>
        <dd>
          <Price amount={order.refundable_amount} currency={currency} />
        </dd>
        {payment.intent_id && (
          <>
            <dt>Stripe's id</dt>
            <dd>
              <code>{payment.intent_id}</code>
            </dd>
          </>
        )}
      </dl>
      {refunds.length > 0 && (
        <ul className={styles.refunds} aria-label="Refunds">
          {refunds.map((refund) => (
            <RefundItem key={refund.id} refund={refund} />
          ))}
        </ul>
      )}
    </Card>
  );
}

const REFUND_STATUS: Record<Refund["status"], { label: string; tone: Tone }> = {
  pending: { label: "Under way", tone: "info" },
  succeeded: { label: "Refunded", tone: "success" },
  failed: { label: "Failed", tone: "danger" },
};

function RefundItem({ refund }: { refund: Refund }) {
  const { label, tone } = REFUND_STATUS[refund.status];
  return (
    <li>
      <strong>
        <Price amount={refund.amount} currency={refund.currency} />
      </strong>{" "}
      <Badge tone={tone}>{label}</Badge>
      <div className={styles.muted}>
        <Time value={refund.created_at} />, by {ACTOR[refund.by]}
        {refund.restocked && ", goods returned to stock"}
      </div>
      {refund.reason && <div>{refund.reason}</div>}
      {refund.failure_reason && <div>Reason of the failure: {refund.failure_reason}</div>}
    </li>
  );
}

function explain({ status, payment, total_amount }: AdminOrder): string {
  if (payment.failure && payment.status === "failed")
    return `The last attempt was declined: ${payment.failure.message}`;
  switch (payment.status) {
    case "requires_payment":
      return "The customer has not paid yet. The order is cancelled when its time to pay is over.";
    case "processing":
      return "The payment is under way, such as a bank debit, which takes days. Until then the order cannot be shipped.";
    case "succeeded":
      return total_amount === 0 ? "The order is free." : "The order is paid.";
    case "failed":
      return "The last attempt was declined. The customer can try another card.";
    case "canceled":
      return status === "cancelled" ? "The order was cancelled before it was paid." : "The payment was cancelled.";
    case "partially_refunded":
      return "A part of the payment is refunded.";
    case "refunded":
      return "The whole payment is refunded.";
  }
}
