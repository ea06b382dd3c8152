// Placing the order. The same attempt has the same idempotency key, also after a reload, so it never buys twice.

import { isProblem, ok, withIdempotencyKey } from "@ferrocart/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Cart, PlacedOrder, PlaceOrder } from "../../api.ts";
import { useServices } from "../../app/services.tsx";
import { toInput } from "../../components/address.ts";
import { cartHeaders, cartKey } from "../../data/cart.ts";
import { keepOrderToken } from "../../data/order-tokens.ts";
import { orderKey, ordersKey } from "../../data/orders.ts";
import { acceptPrices } from "../../data/seen-prices.ts";
import { userKey } from "../../data/user.ts";
import { type CheckoutDraft, forgetDraft } from "./draft.ts";

interface Attempt {
  cart: Cart;
  draft: CheckoutDraft;
  /** The stored address, or undefined for the one of the draft. */
  addressId: string | undefined;
  isGuest: boolean;
}

export function usePlaceOrder(onAddressStored: (id: string) => void) {
  const services = useServices();
  const { shop, storage, user } = services;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const invalidateCart = () => queryClient.invalidateQueries({ queryKey: cartKey(user.current()?.id) });

  async function storeAddress({ draft, addressId, isGuest }: Attempt): Promise<string | undefined> {
    if (isGuest || addressId !== undefined || !draft.isStored) return addressId;
    const stored = await ok(shop.POST("/auth/me/addresses", { body: toInput(draft.address) }));
    // Another attempt uses it, and does not store it again.
    onAddressStored(stored.id);
    void queryClient.invalidateQueries({ queryKey: userKey });
    return stored.id;
  }

  return useMutation({
    mutationFn: async (attempt: Attempt): Promise<PlacedOrder> => {
      const { cart, draft, isGuest } = attempt;
      const id = await storeAddress(attempt);
      const address: PlaceOrder = id ? { shipping_address_id: id } : { shipping_address: toInput(draft.address) };
      const body = { ...address, ...(isGuest && { email: draft.email.trim() }), expected_total: cart.subtotal };
      const headers = await cartHeaders(services);
      const subject = JSON.stringify([cart.updated_at, body]);
      return withIdempotencyKey({ storage, purpose: "checkout", subject }, (key) =>
        shop.POST("/orders", { params: { header: { "Idempotency-Key": key } }, headers, body }),
      );
    },
    onSuccess: async ({ order_token, ...order }, { cart }) => {
      if (order_token !== null) keepOrderToken(order.id, order_token);
      forgetDraft();
      acceptPrices({ ...cart, items: [] });
      queryClient.setQueryData(orderKey(order.id), order);
      void queryClient.invalidateQueries({ queryKey: ordersKey });
      // The page of the payment replaces the checkout, so that the back button leads to the cart.
      const params = { orderId: order.id };
      const to = order.status === "pending" ? "/orders/$orderId/pay" : "/orders/$orderId";
      await navigate({ to, params, replace: true });
      await invalidateCart();
    },
    onError: async (error) => {
      if (isProblem(error, "cart_already_ordered")) {
        await navigate({ to: "/orders/$orderId", params: { orderId: error.problem.order_id }, replace: true });
      }
      // Prices and stock have changed: the page shows them beside the error.
      await invalidateCart();
    },
  });
}
