// Serves an app as CloudFront does: beside the API on one origin, with its configuration and its headers. The settings are in the
// environment; `cargo xtask dev` sets them.

import type { ServerResponse } from "node:http";
import type { Connect, Plugin, ProxyOptions } from "vite";
import { headers } from "./headers.ts";

const {
  API_ORIGIN = "http://127.0.0.1:9000",
  ADMIN_ORIGIN,
  STRIPE_API_BASE,
  IMAGE_ORIGIN = "http://127.0.0.1:4566",
  UPLOAD_ORIGIN = IMAGE_ORIGIN,
  STRIPE_PUBLISHABLE_KEY = "pk_test_ferrocart",
  STORE_CURRENCY = "USD",
  STORE_NAME = "Ferrocart",
  STORE_ACCENT,
} = process.env;

/** What both apps read when they start. On AWS, tools/publish-frontend.sh writes it. */
const CONFIGURATION = {
  apiUrl: "/api/v1",
  publishableKey: STRIPE_PUBLISHABLE_KEY,
  currency: STORE_CURRENCY,
  name: STORE_NAME,
  ...(STORE_ACCENT && { colors: { accent: STORE_ACCENT } }),
};

export function hosting(): Plugin {
  // The browser's `Host` and `Origin` reach the API unchanged.
  const proxy: Record<string, ProxyOptions> = { "/api/": { target: API_ORIGIN } };
  if (ADMIN_ORIGIN) proxy["^/admin(/|$)"] = { target: ADMIN_ORIGIN, ws: true };
  return {
    name: "ferrocart-hosting",
    config: () => ({ server: { proxy }, preview: { proxy } }),
    configureServer: ({ middlewares, config }) => void middlewares.use(respond(config.base, true)),
    configurePreviewServer: ({ middlewares, config }) => void middlewares.use(respond(config.base, false)),
  };
}

/** Responds to requests for the configuration, and adds the headers to all responses but those of the proxy. */
function respond(base: string, watches: boolean): Connect.NextHandleFunction {
  const own = headers({ payment: STRIPE_API_BASE, images: IMAGE_ORIGIN, uploads: UPLOAD_ORIGIN, watches });
  return (request, response: ServerResponse, next) => {
    const path = request.url?.split("?")[0] ?? "";
    if (path.startsWith("/api/") || (ADMIN_ORIGIN && /^\/admin(\/|$)/.test(path))) return next();
    for (const [name, value] of Object.entries(own)) response.setHeader(name, value);
    if (`${path}/` === base) return response.writeHead(302, { location: base }).end();
    if (path !== `${base}config.json`) return next();
    response.setHeader("content-type", "application/json");
    response.setHeader("cache-control", "no-cache");
    response.end(JSON.stringify(CONFIGURATION));
  };
}
