// The words for the states of orders, and how times are shown.

import type { OrderStatus } from "../api.ts";

export const STATUS: Record<OrderStatus, string> = {
  pending: "Waiting for payment",
  processing: "Being prepared",
  shipped: "Shipped",
  delivered: "Delivered",
  cancelled: "Cancelled",
};

export function dateTime(timestamp: string): string {
  return new Date(timestamp).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

export function date(timestamp: string): string {
  return new Date(timestamp).toLocaleDateString(undefined, { dateStyle: "medium" });
}
