// The session, the client and the configuration, for all components.

import { browserStorage, createSession, createShop, type Session, type SessionUser, type Shop } from "@ferrocart/client";
import type { Config } from "@ferrocart/ui/config.ts";
import { type QueryClient, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, use } from "react";

export interface Services {
  config: Config;
  session: Session;
  shop: Shop;
}

/** Creates the services. Storefront and admin pages of one origin share the session. */
export function createServices(config: Config, queryClient: QueryClient): Services {
  const session = createSession({ baseUrl: config.apiUrl, mode: "cookie", storage: browserStorage() });
  session.subscribe(async () => {
    queryClient.setQueryData(USER, await session.user());
    // Nothing of an account remains in memory after a logout.
    queryClient.removeQueries({ queryKey: ["my"], type: "inactive" });
  });
  return { config, session, shop: createShop({ baseUrl: config.apiUrl, session }) };
}

const USER = ["user"];
const ServicesContext = createContext<Services | null>(null);

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  return <ServicesContext value={services}>{children}</ServicesContext>;
}

function useServices(): Services {
  const services = use(ServicesContext);
  if (services === null) throw new Error("components need a ServicesProvider");
  return services;
}

export const useShop = (): Shop => useServices().shop;
export const useSession = (): Session => useServices().session;
export const useConfig = (): Config => useServices().config;

/** The signed-in user; null for a visitor, undefined for the moment before it is known. */
export function useUser(): SessionUser | null | undefined {
  const session = useSession();
  return useQuery({ queryKey: USER, queryFn: () => session.user(), staleTime: Number.POSITIVE_INFINITY }).data;
}
