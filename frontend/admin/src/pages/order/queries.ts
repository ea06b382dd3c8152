// Reading and changing one order.

import { ok } from "@ferrocart/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AdminOrder } from "../../api.ts";
import { useShop } from "../../app/services.tsx";

const orderKey = (id: string) => ["orders", "one", id];

export function useOrder(id: string) {
  const shop = useShop();
  return useQuery({
    queryKey: orderKey(id),
    queryFn: ({ signal }) => ok(shop.GET("/admin/orders/{id}", { params: { path: { id } }, signal })),
  });
}

/** The new status of an order. */
export interface OrderUpdate {
  status: "shipped" | "delivered" | "cancelled";
  tracking?: { carrier: string; number: string; url?: string };
}

/** Ships, delivers or cancels an order, or corrects its tracking. */
export function useUpdateOrder(id: string, onDone: (order: AdminOrder) => void) {
  const shop = useShop();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: OrderUpdate) => ok(shop.PUT("/admin/orders/{id}", { params: { path: { id } }, body })),
    onSuccess: (order) => {
      queryClient.setQueryData(orderKey(id), order);
      onDone(order);
    },
    // After a failure, too: the order may have changed.
    onSettled: () => Promise.all([queryClient.invalidateQueries({ queryKey: ["orders"] }), invalidateFigures()]),
  });

  function invalidateFigures() {
    return queryClient.invalidateQueries({ queryKey: ["stats"] });
  }
}
