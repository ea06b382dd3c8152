// A browser with both apps, in which a scenario takes place.

import type { Page } from "playwright-core";
import type { Mail } from "./mails.js";
import type { Shop } from "./shop.js";

export interface Stage {
  /** The origin of the storefront, the admin pages and the API. */
  origin: string;
  shop: Shop;
  /** A page of a visitor. */
  page: Page;
  /** Opens another tab of the same browser. */
  openTab(): Promise<Page>;
  /** Opens a page in the browser of another person. */
  openBrowser(): Promise<Page>;
  /** Lets the test that started the scenario stop or start the database. */
  request(step: "stop-mongodb" | "start-mongodb"): Promise<void>;
  /** Lets the shop send what is due. Returns all mails that an address has received, the latest last. */
  receive(address: string): Promise<Mail[]>;
}

export type Scenario = (stage: Stage) => Promise<void>;
