// The cart of the customer or guest.

import { isProblem, ok } from "@ferrocart/client";
import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import type { Cart } from "../api.ts";
import { type Services, useServices } from "../app/services.tsx";

/** Where the token of a guest's cart is stored. */
export const CART_TOKEN = "ferrocart.cart-token";

/** The key of the cart. It contains the account, because several people may use one device. */
export const cartKey = (userId: string | undefined) => ["own", "cart", userId ?? "guest"];

export function cartQuery(services: Services) {
  const id = services.user.current()?.id;
  return queryOptions({
    queryKey: cartKey(id),
    queryFn: ({ signal, client }) => readCart(services, id === undefined, signal, client),
    // Prices, stock and other tabs change it: each page that shows it reads it.
    staleTime: 0,
    refetchOnWindowFocus: "always",
  });
}

export function useCart() {
  return useQuery(cartQuery(useServices()));
}

/** The header that names the cart of a guest. That of a customer follows from the session. */
export async function cartHeaders({ storage, user }: Services): Promise<{ "Cart-Token"?: string }> {
  const token = user.current() ? null : await storage.getItem(CART_TOKEN);
  return token === null ? {} : { "Cart-Token": token };
}

async function readCart(services: Services, isGuest: boolean, signal: AbortSignal, client: QueryClient): Promise<Cart> {
  const { shop, storage, config } = services;
  const token = await storage.getItem(CART_TOKEN);
  if (!isGuest) {
    if (token === null) return ok(shop.GET("/cart", { signal, cache: "no-store" }));
    // The first cart that a customer sees after the login contains what the guest has chosen.
    const { mergeCart } = await import("./merge-cart.ts");
    return mergeCart(services, token, client);
  }
  const empty = {
    currency: config.currency,
    items: [],
    item_count: 0,
    subtotal: 0,
    minimum_total: 0,
    updated_at: null,
  };
  if (token === null) return empty;
  try {
    return await ok(shop.GET("/cart", { headers: { "Cart-Token": token }, signal, cache: "no-store" }));
  } catch (error) {
    if (!isProblem(error, "cart_not_found")) throw error;
    await storage.removeItem(CART_TOKEN);
    return empty;
  }
}
