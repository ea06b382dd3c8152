// How both apps read: when data is current, and how they recover from failures.

import { isProblem } from "@ferrocart/client";
import { QueryClient } from "@tanstack/react-query";

/** The time after which a page that shows an outage reads again, in milliseconds. */
const RECOVERY_INTERVAL = 5_000;

/** Returns whether the same request may succeed later: the connection, the shop or its database is not available. */
export function isTemporary(error: unknown): boolean {
  return isProblem(error, "network", "unexpected_response", "unavailable", "not_ready", "internal");
}

/** Creates the cache of an app. A page that shows an outage reads until the shop responds again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Browsers also report that they are offline when only the shop on this device can be reached. By default, queries would
        // then wait without a word; so they fail, and the page says why.
        networkMode: "always",
        staleTime: 15_000,
        // The client has already repeated requests as `Retry-After` suggests.
        retry: (failures, error) => failures < 1 && isProblem(error, "network"),
        retryDelay: 500,
        refetchInterval: ({ state }) => isTemporary(state.error) && RECOVERY_INTERVAL,
      },
      mutations: { networkMode: "always" },
    },
  });
}
