// The session, the client and the configuration, for all components.

import { browserStorage, createSession, createShop, type Session, type Shop } from "@ferrocart/client";
import type { Config } from "@ferrocart/ui/config.ts";
import { createContext, type ReactNode, use } from "react";

export interface Services {
  config: Config;
  session: Session;
  shop: Shop;
}

/** Creates the services. Storefront and admin pages of one origin share the session. */
export function createServices(config: Config): Services {
  const session = createSession({ baseUrl: config.apiUrl, mode: "cookie", storage: browserStorage() });
  return { config, session, shop: createShop({ baseUrl: config.apiUrl, session }) };
}

const ServicesContext = createContext<Services | null>(null);

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  return <ServicesContext value={services}>{children}</ServicesContext>;
}

function useServices(): Services {
  const services = use(ServicesContext);
  if (services === null) throw new Error("components need a ServicesProvider");
  return services;
}

export const useShop = () => useServices().shop;
export const useSession = () => useServices().session;
export const useConfig = () => useServices().config;
