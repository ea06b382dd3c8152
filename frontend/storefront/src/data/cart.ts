// The cart of the customer or visitor.

import { ok } from "@ferrocart/client";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Cart } from "../api.ts";
import { type Services, useServices } from "../app/services.tsx";

/** Where the lines of a visitor without an account are stored. */
export const VISITOR_CART = "ferrocart.visitor-cart";

/** The key of the cart. It contains the account, because several people may use one device. */
export const cartKey = (userId: string | undefined) => ["own", "cart", userId ?? "visitor"];

export function cartQuery(services: Services) {
  const id = services.user.current()?.id;
  return queryOptions({
    queryKey: cartKey(id),
    queryFn: ({ signal }) =>
      id === undefined
        ? readVisitorCart(services, signal)
        : ok(services.shop.GET("/cart", { signal, cache: "no-store" })),
    // Prices, stock and other tabs change it: each page that shows it reads it.
    staleTime: 0,
    refetchOnWindowFocus: "always",
  });
}

export function useCart() {
  return useQuery(cartQuery(useServices()));
}

/** Most visitors have no cart, so that the first view needs no code for it. */
async function readVisitorCart({ shop, storage, config }: Services, signal: AbortSignal): Promise<Cart> {
  const { currency } = config;
  if ((await storage.getItem(VISITOR_CART)) === null) {
    return { currency, items: [], item_count: 0, subtotal: 0, minimum_total: 0, updated_at: null };
  }
  const { readVisitorCart } = await import("./visitor-cart.ts");
  return readVisitorCart(shop, storage, currency, signal);
}
