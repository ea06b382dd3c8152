// The account of the customer.

import { ok } from "@ferrocart/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useServices, useSessionUser, useShop } from "../app/services.tsx";

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

/** Returns what follows a login: the customer returns to `next`, where the cart contains what the guest has chosen. */
export function useAfterLogin(next: string | undefined) {
  const { user } = useServices();
  const router = useRouter();
  const queryClient = useQueryClient();
  return async () => {
    await user.refresh();
    // Reads that have begun end first: two equal requests are never in flight.
    await queryClient.refetchQueries({ queryKey: ["own"], type: "active" }, { cancelRefetch: false });
    await queryClient.invalidateQueries({ queryKey: ["own"] });
    // Only to a page of this shop.
    const isOwn = next?.startsWith("/") && !/^\/[/\\]/.test(next);
    router.history.replace(isOwn && next ? next : "/account");
  };
}
