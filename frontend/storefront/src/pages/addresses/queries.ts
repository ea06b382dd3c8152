// Changing the stored addresses.

import { ok } from "@ferrocart/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { StoredAddress } from "../../api.ts";
import { useShop } from "../../app/services.tsx";
import { type AddressDraft, toInput } from "../../components/address.ts";
import { userKey } from "../../data/user.ts";

export function useSaveAddress(address: StoredAddress | undefined, onDone: () => void) {
  const shop = useShop();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (draft: AddressDraft) => {
      const body = { ...toInput(draft), type: address?.type ?? "shipping" };
      if (!address) return ok(shop.POST("/auth/me/addresses", { body }));
      return ok(shop.PUT("/auth/me/addresses/{id}", { params: { path: { id: address.id } }, body }));
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: userKey });
      onDone();
    },
  });
}

export function useRemoveAddress() {
  const shop = useShop();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ok(shop.DELETE("/auth/me/addresses/{id}", { params: { path: { id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: userKey }),
  });
}
