// Waiting for the payment of an order.

import { ok } from "./ok.ts";
import type { components } from "./schema.ts";
import type { Shop } from "./shop.ts";
import { sleep } from "./sleep.ts";

type Order = components["schemas"]["Order"];
type PaymentFailure = components["schemas"]["PaymentFailure"];

/**
 * Why an order is not paid. `failed`: the buyer may try again. `cancelled`: the order cannot be paid any more.
 * `timeout`: not yet; a payment whose status is `processing` can take days.
 */
export type UnpaidReason =
  | { reason: "failed"; order: Order; failure: PaymentFailure }
  | { reason: "cancelled"; order: Order }
  | { reason: "timeout"; order: Order };

/** The order was not paid. `details.reason` says why. */
export class UnpaidError extends Error {
  override readonly name = "UnpaidError";
  readonly details: UnpaidReason;

  constructor(details: UnpaidReason) {
    super(`the order ${details.order.order_number} is not paid: ${details.reason}`);
    this.details = details;
  }
}

/** How long to wait, and how to read the order. */
export interface WaitOptions {
  signal?: AbortSignal;
  /** In milliseconds. */
  timeout?: number;
  /** Such as `Order-Token`, which gives access to the order of a guest. */
  headers?: Record<string, string>;
}

/** The first wait between two requests, in milliseconds. Each is half as long again as the one before. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;
/** A failure that is older than the wait counts after this time: the shop may not yet know of a later attempt. */
const STALE_FAILURE = 10_000;

/**
 * Waits until an order is paid, and returns it. Stripe confirms a payment to the page first, and to the shop later.
 * Throws an {@link UnpaidError} after `timeout` milliseconds, by default a minute, or as soon as the order is cancelled
 * or the payment has failed. Throws a `ShopError` if a request fails, and the signal's reason if it aborts.
 */
export async function waitUntilPaid(
  shop: Shop,
  orderId: string,
  { signal, timeout = 60_000, headers = {} }: WaitOptions = {},
): Promise<Order> {
  const start = Date.now();
  const init = { params: { path: { id: orderId } }, headers, cache: "no-store" as const, ...(signal && { signal }) };
  let isFirst = true;
  let stale: PaymentFailure | null = null;
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 1.5, LONGEST_WAIT)) {
    const order = await ok(shop.GET("/orders/{id}", init));
    if (order.status === "cancelled") throw new UnpaidError({ reason: "cancelled", order });
    if (order.status !== "pending") return order;
    const elapsed = Date.now() - start;
    const failure = order.payment.status === "failed" ? order.payment.failure : null;
    if (isFirst) stale = failure;
    isFirst = false;
    if (failure && (!isSame(failure, stale) || elapsed >= STALE_FAILURE)) {
      throw new UnpaidError({ reason: "failed", order, failure });
    }
    if (elapsed >= timeout) throw new UnpaidError({ reason: "timeout", order });
    await sleep(Math.min(wait, timeout - elapsed), signal);
  }
}

function isSame(one: PaymentFailure, other: PaymentFailure | null): boolean {
  return one.code === other?.code && one.message === other.message;
}
