// The account of the customer.

import { ok } from "@ferrocart/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useServices, useSessionUser, useShop } from "../app/services.tsx";
import { moveToAccount } from "./visitor-cart.ts";

export const userKey = ["own", "user"];

export function useUser() {
  const shop = useShop();
  const user = useSessionUser();
  return useQuery({
    queryKey: [...userKey, user?.id],
    queryFn: ({ signal }) => ok(shop.GET("/auth/me", { signal, cache: "no-store" })),
    enabled: user !== null,
  });
}

/** Returns what follows a login: the visitor's cart moves to the account, and the customer returns to `next`. */
export function useAfterLogin(next: string | undefined) {
  const { shop, storage, user } = useServices();
  const router = useRouter();
  const queryClient = useQueryClient();
  return async () => {
    await user.refresh();
    // The cart of the visitor remains in the storage if the shop does not respond now.
    await moveToAccount(shop, storage).catch(() => undefined);
    // A read that has begun before the move may show the empty cart. It ends first: two equal requests are never in flight.
    await queryClient.refetchQueries({ queryKey: ["own"], type: "active" }, { cancelRefetch: false });
    await queryClient.invalidateQueries({ queryKey: ["own"] });
    // Only to a page of this shop.
    const isOwn = next?.startsWith("/") && !/^\/[/\\]/.test(next);
    router.history.replace(isOwn && next ? next : "/account");
  };
}
