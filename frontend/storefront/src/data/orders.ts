// The orders of the customer or guest.

import { isProblem, ok } from "@ferrocart/client";
import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Order } from "../api.ts";
import { type Services, useServices, useShop } from "../app/services.tsx";
import { cartKey } from "./cart.ts";
import { addLine } from "./change-cart.ts";
import { forgetOrderToken, orderHeaders, orderToken } from "./order-tokens.ts";

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
  const services = useServices();
  return useQuery({ ...orderQuery(services, id), ...(isFollowed && { staleTime: Number.POSITIVE_INFINITY }) });
}

export function orderQuery(services: Services, id: string) {
  return queryOptions({
    queryKey: orderKey(id),
    // Without the signal: a page that is left while it reads is often followed by one that reads the same order, and waits for it then.
    queryFn: () => readOrder(services, id),
  });
}

async function readOrder({ shop, user }: Services, id: string): Promise<Order> {
  const read = () =>
    ok(shop.GET("/orders/{id}", { params: { path: { id } }, headers: orderHeaders(id), cache: "no-store" }));
  try {
    return await read();
  } catch (error) {
    // The token has ended, perhaps because the account has claimed the order on another device.
    if (!isProblem(error, "not_found") || orderToken(id) === undefined || !user.current()) throw error;
    forgetOrderToken(id);
    return read();
  }
}

/** Adds a guest's order to the account. */
export function useClaimOrder(id: string) {
  const shop = useShop();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const body = { order_token: orderToken(id) ?? "" };
      return ok(shop.POST("/orders/{id}/claim", { params: { path: { id } }, body }));
    },
    onSuccess: (order) => {
      forgetOrderToken(id);
      queryClient.setQueryData(orderKey(id), order);
      void queryClient.invalidateQueries({ queryKey: ordersKey });
    },
  });
}

/** Cancels an unpaid order, and puts its items into the cart again, as far as they are still for sale. */
export function useCancelOrder(onDone?: () => void) {
  const services = useServices();
  const { shop, user } = services;
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (id: string): Promise<Order> => {
      const params = { path: { id } };
      const order = await ok(shop.POST("/orders/{id}/cancel", { params, headers: orderHeaders(id) }));
      for (const { product_id, sku, quantity } of order.items) {
        // An item that is not for sale any more is missing in the cart.
        await addLine(services, { product_id, variant_sku: sku, quantity }).catch(() => undefined);
      }
      return order;
    },
    onSuccess: (order) => {
      queryClient.setQueryData(orderKey(order.id), order);
      onDone?.();
    },
    onError: (_, id) => queryClient.invalidateQueries({ queryKey: orderKey(id) }),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ordersKey }),
        queryClient.invalidateQueries({ queryKey: cartKey(user.current()?.id) }),
      ]),
  });
}
