// Moving the cart of a guest into that of the account.

import { isProblem, ok } from "@ferrocart/client";
import { isTemporary } from "@ferrocart/ui/query-client.ts";
import type { QueryClient } from "@tanstack/react-query";
import type { Cart, CartChange } from "../api.ts";
import type { Services } from "../app/services.tsx";
import { CART_TOKEN } from "./cart.ts";

/** What the last merge could not move as it was. */
export const cartChangesKey = ["own", "cart-changes"];

/** Merges the carts, which a repetition does once only, and returns the cart. While the shop is away, the token remains. */
export async function mergeCart(services: Services, token: string, client: QueryClient): Promise<Cart> {
  const { shop, storage } = services;
  try {
    const { cart, changes } = await ok(shop.POST("/cart/merge", { body: { cart_token: token, mode: "sum" } }));
    await storage.removeItem(CART_TOKEN);
    client.setQueryData<CartChange[]>(cartChangesKey, changes);
    return cart;
  } catch (error) {
    if (isTemporary(error)) throw error;
    if (isProblem(error, "cart_not_found")) await storage.removeItem(CART_TOKEN);
    // A cart that cannot be merged does not keep customers from their own.
    return ok(shop.GET("/cart", { cache: "no-store" }));
  }
}
