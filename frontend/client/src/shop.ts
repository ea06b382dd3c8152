// The client of a shop: `openapi-fetch` with the types of the contract, sessions and retries.

import createClient, { type Client } from "openapi-fetch";
import { authorize } from "./authorize.ts";
import { retry } from "./retry.ts";
import type { paths } from "./schema.ts";
import { type ConnectionOptions, rejectUnexpected, send } from "./send.ts";
import type { Session } from "./session.ts";

/** A client of a shop: `shop.GET("/products", ..)`, `shop.POST("/orders", ..)`, and so on. */
export type Shop = Client<paths>;

/** How a client is created. */
export interface ShopOptions extends ConnectionOptions {
  /** Requests carry its access token, which is renewed when necessary. */
  session?: Session;
}

/** Creates a client. */
export function createShop({ baseUrl, headers = {}, fetch, session }: ShopOptions): Shop {
  const retried = retry(send(fetch));
  const authorized = session ? authorize(retried, session, baseUrl) : retried;
  return createClient<paths>({ baseUrl, headers, fetch: rejectUnexpected(authorized) });
}
