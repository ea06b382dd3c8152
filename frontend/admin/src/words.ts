// The words for what the API names by codes.

import type { Actor, Flag, HoldReason, OrderStatus, PaymentStatus, Role } from "./api.ts";
import type { Tone } from "./components/Badge.tsx";

interface Word {
  label: string;
  tone: Tone;
}

export const ORDER_STATUS: Record<OrderStatus, Word> = {
  pending: { label: "Awaiting payment", tone: "neutral" },
  processing: { label: "To ship", tone: "info" },
  shipped: { label: "Shipped", tone: "success" },
  delivered: { label: "Delivered", tone: "success" },
  cancelled: { label: "Cancelled", tone: "neutral" },
};

export const PAYMENT_STATUS: Record<PaymentStatus, Word> = {
  requires_payment: { label: "Not paid", tone: "neutral" },
  processing: { label: "Under way", tone: "info" },
  succeeded: { label: "Paid", tone: "success" },
  failed: { label: "Declined", tone: "warning" },
  canceled: { label: "Cancelled", tone: "neutral" },
  partially_refunded: { label: "Partially refunded", tone: "warning" },
  refunded: { label: "Refunded", tone: "warning" },
};

/** Each flag, what it means, and what to do. */
export const FLAG: Record<Flag, { label: string; meaning: string; remedy: string }> = {
  amount_mismatch: {
    label: "Wrong amount",
    meaning: "The payment differs from the order in amount, currency or mode, so the order does not count as paid.",
    remedy:
      "Do not ship it. Look at the payment in Stripe's dashboard, refund it there, and find out where it came from.",
  },
  foreign_intent: {
    label: "Unknown payment",
    meaning: "Stripe has reported a payment for this order that the shop did not create.",
    remedy:
      "Search Stripe's dashboard for payments with the number of this order, and refund those that are not its own.",
  },
  paid_after_end: {
    label: "Paid too late",
    meaning: "The payment arrived after the order had ended.",
    remedy: "Check whether the payment is refunded. If it is not, refund it, and inform the customer.",
  },
  refund_failed: {
    label: "Refund failed",
    meaning: "A refund was rejected by Stripe or the bank. Its amount is still owed to the customer.",
    remedy: "Refund the amount again. If it fails again, agree on another way with the customer.",
  },
  disputed: {
    label: "Disputed",
    meaning: "The customer's bank asks about the payment, reclaims it, or has returned it to the customer.",
    remedy: "Do not ship the order. Open it to see what the bank has done, and what to do.",
  },
};

export const HOLD_REASON: Record<HoldReason, string> = {
  disputed: "its payment is disputed",
  refunded: "its payment is refunded",
  restocked: "its goods have returned to stock",
};

export const ACTOR: Record<Actor, string> = {
  customer: "the customer",
  admin: "an administrator",
  stripe: "Stripe",
  system: "the shop",
};

export const ROLE: Record<Role, string> = { customer: "Customer", admin: "Administrator" };
