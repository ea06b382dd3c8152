// The prices that the customer has seen when an item was added, so that the cart can say what has changed.

import type { Cart } from "../api.ts";

const KEY = "ferrocart.seen-prices";

function read(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function write(prices: Record<string, number>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(prices));
  } catch {
    // Without a storage nothing is remembered.
  }
}

/** Remembers the price at which an item is added. */
export function rememberPrice(sku: string, price: number): void {
  write({ ...read(), [sku]: price });
}

/** Remembers the prices of a cart with which the customer continues. Prices of other items are dropped. */
export function acceptPrices(cart: Cart): void {
  write(Object.fromEntries(cart.items.map((item) => [item.id, item.unit_price ?? 0])));
}

/** Returns the price that the customer has seen before, if it was another one. */
export function formerPrice(sku: string, price: number | null): number | undefined {
  const seen = read()[sku];
  return price === null || seen === price ? undefined : seen;
}
