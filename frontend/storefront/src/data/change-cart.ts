// Changing the cart of the customer or visitor.

import { ok } from "@ferrocart/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Cart } from "../api.ts";
import { type Services, useServices } from "../app/services.tsx";
import { cartQuery } from "./cart.ts";
import type { CartLine } from "./visitor-cart.ts";

// Customers with an account do not need the code of a visitor's cart.
const visitorCart = () => import("./visitor-cart.ts");

/** Changes the cart by a request, and shows the cart that it returns. */
function useChange<Input>(change: (services: Services, input: Input) => Promise<Cart | undefined>) {
  const services = useServices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(services, input),
    scope: { id: "cart" },
    onSuccess: async (cart) => {
      const { queryKey } = cartQuery(services);
      await queryClient.cancelQueries({ queryKey });
      if (cart) queryClient.setQueryData(queryKey, cart);
      else await queryClient.invalidateQueries({ queryKey });
    },
    // What is in stock has changed.
    onError: () => queryClient.invalidateQueries({ queryKey: cartQuery(services).queryKey }),
  });
}

/** Adds pieces of a variant. */
export function useAddToCart() {
  return useChange(async ({ shop, storage, user }, line: CartLine) => {
    if (user.current()) return ok(shop.POST("/cart/items", { body: line }));
    const { readLines, writeLine } = await visitorCart();
    const present = (await readLines(storage)).find((it) => it.variant_sku === line.variant_sku);
    await writeLine(storage, { ...line, quantity: line.quantity + (present?.quantity ?? 0) });
    return undefined;
  });
}

/** Sets the quantity of a line. With the quantity 0 it is removed. */
export function useSetQuantity() {
  return useChange(async ({ shop, storage, user }, line: CartLine) => {
    const params = { path: { id: line.variant_sku } };
    if (!user.current()) {
      await (await visitorCart()).writeLine(storage, line);
      return undefined;
    }
    if (line.quantity === 0) return ok(shop.DELETE("/cart/items/{id}", { params }));
    return ok(shop.PUT("/cart/items/{id}", { params, body: { quantity: line.quantity } }));
  });
}
