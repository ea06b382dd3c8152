import { Price } from "@ferrocart/ui/Price.tsx";
import type { Actor, AdminOrder, OrderStatus, Refund } from "../../api.ts";
import { Card } from "../../components/Card.tsx";
import { Time } from "../../components/Time.tsx";
import { ACTOR } from "../../words.ts";
import styles from "./order.module.css";

/** The changes of status and the refunds of an order, earliest first. */
export function HistoryCard({ order: { status_history, refunds } }: { order: AdminOrder }) {
  const changes = status_history.map(({ status, at, by }) => ({
    at,
    key: `${status} ${at}`,
    text: <>{sentence(status, by)}</>,
  }));
  const repayments = refunds.map((refund) => ({
    at: refund.created_at,
    key: refund.id,
    text: <RefundText refund={refund} />,
  }));
  // Times of the API have the same format, so that their texts are in their order.
  const events = [...changes, ...repayments].sort((a, b) => a.at.localeCompare(b.at));
  return (
    <Card title="History">
      <ol className={styles.history}>
        {events.map(({ at, key, text }) => (
          <li key={key}>
            <div>{text}</div>
            <div className={styles.muted}>
              <Time value={at} />
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function RefundText({ refund: { amount, currency, by, reason } }: { refund: Refund }) {
  return (
    <>
      Refund of <Price amount={amount} currency={currency} /> by {ACTOR[by]}
      {reason && `: ${reason}`}
    </>
  );
}

function sentence(status: OrderStatus, by: Actor): string {
  switch (status) {
    case "pending":
      return `Placed by ${ACTOR[by]}`;
    case "processing":
      return by === "stripe" ? "Paid, as Stripe has confirmed" : `Accepted by ${ACTOR[by]}`;
    case "shipped":
      return `Shipped by ${ACTOR[by]}`;
    case "delivered":
      return `Marked as delivered by ${ACTOR[by]}`;
    case "cancelled":
      return by === "system" ? "Cancelled by the shop: it was not paid in time" : `Cancelled by ${ACTOR[by]}`;
  }
}
