// Creating the cart of a guest.

import { isProblem, ok } from "@ferrocart/client";
import type { Cart } from "../api.ts";
import type { Services } from "../app/services.tsx";
import { CART_TOKEN } from "./cart.ts";

/** Sends a change of the guest's cart. A guest without a cart, or whose cart has expired, gets one first. */
export async function changeGuestCart(
  services: Services,
  send: (headers: { "Cart-Token": string }) => Promise<Cart>,
): Promise<Cart> {
  const token = await services.storage.getItem(CART_TOKEN);
  if (token !== null) {
    try {
      return await send({ "Cart-Token": token });
    } catch (error) {
      if (!isProblem(error, "cart_not_found")) throw error;
    }
  }
  return send({ "Cart-Token": await createCart(services, token) });
}

/** Returns the token of a new cart, or of that which another tab has created at the same time. */
async function createCart({ shop, storage }: Services, expired: string | null): Promise<string> {
  const create = async () => {
    const present = await storage.getItem(CART_TOKEN);
    if (present !== null && present !== expired) return present;
    const { cart_token } = await ok(shop.POST("/carts"));
    await storage.setItem(CART_TOKEN, cart_token);
    return cart_token;
  };
  return storage.exclusive ? storage.exclusive(CART_TOKEN, create) : create();
}
