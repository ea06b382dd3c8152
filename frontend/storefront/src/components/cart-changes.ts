// Sentences about what the cart of a guest could not bring into the account.

import type { Cart, CartChange } from "../api.ts";

export function changeSentence({ sku, requested, kept, reason }: CartChange, cart: Cart | undefined): string {
  const name = cart?.items.find((item) => item.variant_sku === sku)?.name ?? `An item (${sku})`;
  const outcome = kept === 0 ? "is not in your cart" : `is in your cart ${kept} times instead of ${requested} times`;
  switch (reason) {
    case "insufficient_stock":
      return kept === 0 ? `${name} is sold out.` : `${name} ${outcome}: there are no more of it.`;
    case "line_limit":
      return `${name} ${outcome}: a cart has at most 99 of each item.`;
    case "cart_limit":
      return `${name} ${outcome}: a cart has at most 50 different items.`;
    case "unavailable":
      return `${name} is no longer for sale.`;
  }
}
