// Changing the cart of the customer or guest.

import { ok } from "@ferrocart/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Cart } from "../api.ts";
import { type Services, useServices } from "../app/services.tsx";
import { cartHeaders, cartQuery } from "./cart.ts";

/** A line: which variant, and how many pieces. */
export interface CartLine {
  product_id: string;
  variant_sku: string;
  quantity: number;
}

/** Changes the cart by a request, and shows the cart that it returns. */
function useChange<Input>(change: (services: Services, input: Input) => Promise<Cart>) {
  const services = useServices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(services, input),
    scope: { id: "cart" },
    onSuccess: async (cart) => {
      const { queryKey } = cartQuery(services);
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(queryKey, cart);
    },
    // What is in stock has changed.
    onError: () => queryClient.invalidateQueries({ queryKey: cartQuery(services).queryKey }),
  });
}

/** Adds pieces of a variant. */
export async function addLine(services: Services, line: CartLine): Promise<Cart> {
  const send = (headers: { "Cart-Token"?: string }) => ok(services.shop.POST("/cart/items", { headers, body: line }));
  if (services.user.current()) return send({});
  const { changeGuestCart } = await import("./guest-cart.ts");
  return changeGuestCart(services, send);
}

export function useAddToCart() {
  return useChange(addLine);
}

/** Sets the quantity of a line. With the quantity 0 it is removed. */
export function useSetQuantity() {
  return useChange(async (services, { variant_sku, quantity }: CartLine) => {
    const { shop } = services;
    const options = { params: { path: { id: variant_sku } }, headers: await cartHeaders(services) };
    if (quantity === 0) return ok(shop.DELETE("/cart/items/{id}", options));
    return ok(shop.PUT("/cart/items/{id}", { ...options, body: { quantity } }));
  });
}
