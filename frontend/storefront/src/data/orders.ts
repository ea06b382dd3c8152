// The orders of the customer.

import { ok } from "@ferrocart/client";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Order } from "../api.ts";
import { useServices, useShop } from "../app/services.tsx";
import { cartKey } from "./cart.ts";

export const ordersKey = ["own", "orders"];
export const orderKey = (id: string) => ["own", "order", id];

export function useOrders() {
  const shop = useShop();
  return useInfiniteQuery({
    queryKey: ordersKey,
    queryFn: ({ signal, pageParam }) => {
      const query = { limit: 20, ...(pageParam !== null && { cursor: pageParam }) };
      return ok(shop.GET("/orders", { params: { query }, signal, cache: "no-store" }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** Reads an order. While its payment is followed, which reads it again and again, one that is known is not read here. */
export function useOrder(id: string, isFollowed = false) {
  const shop = useShop();
  return useQuery({
    ...(isFollowed && { staleTime: Number.POSITIVE_INFINITY }),
    queryKey: orderKey(id),
    queryFn: ({ signal }) => ok(shop.GET("/orders/{id}", { params: { path: { id } }, signal, cache: "no-store" })),
  });
}

/** Cancels an unpaid order, and puts its items into the cart again, as far as they are still for sale. */
export function useCancelOrder(onDone?: () => void) {
  const { shop, user } = useServices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (id: string): Promise<Order> => {
      const order = await ok(shop.POST("/orders/{id}/cancel", { params: { path: { id } } }));
      for (const { product_id, sku, quantity } of order.items) {
        // An item that is not for sale any more is missing in the cart.
        await shop.POST("/cart/items", { body: { product_id, variant_sku: sku, quantity } });
      }
      return order;
    },
    onSuccess: (order) => {
      queryClient.setQueryData(orderKey(order.id), order);
      onDone?.();
    },
    onSettled: (_, __, id) =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: orderKey(id) }),
        queryClient.invalidateQueries({ queryKey: ordersKey }),
        queryClient.invalidateQueries({ queryKey: cartKey(user.current()?.id) }),
      ]),
  });
}
