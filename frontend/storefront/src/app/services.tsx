// The session, the client and the configuration, for all components.

import {
  browserStorage,
  createSession,
  createShop,
  type KeyValueStorage,
  type Session,
  type SessionUser,
  type Shop,
} from "@ferrocart/client";
import type { Config } from "@ferrocart/ui/config.ts";
import { createContext, type ReactNode, use, useSyncExternalStore } from "react";
import { followUser, type UserStore } from "./user-store.ts";

export interface Services {
  config: Config;
  session: Session;
  shop: Shop;
  /** What survives a reload, and is shared by all tabs. */
  storage: KeyValueStorage;
  user: UserStore;
}

/** Creates the services. Storefront and admin pages of one origin share the session. */
export async function createServices(config: Config): Promise<Services> {
  const storage = browserStorage();
  const session = createSession({ baseUrl: config.apiUrl, mode: "cookie", storage });
  const shop = createShop({ baseUrl: config.apiUrl, session });
  return { config, session, shop, storage, user: await followUser(session) };
}

const ServicesContext = createContext<Services | null>(null);

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  return <ServicesContext value={services}>{children}</ServicesContext>;
}

export function useServices(): Services {
  const services = use(ServicesContext);
  if (services === null) throw new Error("components need a ServicesProvider");
  return services;
}

export const useShop = () => useServices().shop;
export const useSession = () => useServices().session;
export const useConfig = () => useServices().config;

/** Returns the user of the session; null without one. Changes with each login and logout, also in another tab. */
export function useSessionUser(): SessionUser | null {
  const { user } = useServices();
  return useSyncExternalStore(user.subscribe, user.current);
}
