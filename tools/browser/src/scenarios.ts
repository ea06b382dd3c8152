// What people do in a browser, and what they see.

import type { Page } from "playwright-core";
import { deepEqual, equal, match, rejects } from "node:assert/strict";

/** What a scenario needs to know. */
export interface Shop {
  api: string;
  /** A page of an origin that may use the API. */
  page: Page;
  /** A page of an origin that may not. */
  foreign: Page;
  administrator: { email: string; password: string };
}

type Card = string;
const GOOD: Card = "4242424242424242";
const DECLINED: Card = "4000000000000002";
const THREE_D_SECURE: Card = "4000002760003184";

/** A PNG of 1 x 1 pixels. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  "base64",
);

const status = (page: Page) => page.getByRole("status");

async function showsStatus(page: Page, expected: RegExp): Promise<void> {
  try {
    await status(page).filter({ hasText: expected }).waitFor();
  } catch {
    throw new Error(`the page shows "${await status(page).textContent()}" instead of ${expected}`);
  }
}

async function openCheckout({ page, api }: Shop, options = ""): Promise<void> {
  await page.goto(`http://localhost:3000/buy?api=${encodeURIComponent(api)}${options}`);
  await showsStatus(page, /^ready$/);
}

/** Types a card with the keyboard alone, as people without a pointer do, and presses the button. */
async function payWith(page: Page, card: Card): Promise<void> {
  const form = page.frameLocator("#card iframe");
  await form.getByLabel("Card number").fill("");
  await form.getByLabel("Card number").focus();
  await page.keyboard.type(card);
  await page.keyboard.press("Tab");
  await page.keyboard.type("1234");
  await page.keyboard.press("Tab");
  await page.keyboard.type("123");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
}

async function clearForm(page: Page): Promise<void> {
  for (const label of ["Card number", "Expiration date", "Security code"]) {
    await page.frameLocator("#card iframe").getByLabel(label).fill("");
  }
}

async function decide(page: Page, button: "Complete" | "Fail"): Promise<void> {
  await page.frameLocator("dialog iframe").getByRole("button", { name: button }).click();
}

/** A page that Stripe.js returns to, and the order that the webhook has changed. */
const RETURNED = /^paid: intent succeeded \(succeeded\), order processing$/;

export const scenarios: Record<string, (shop: Shop) => Promise<void>> = {
  async "good-card"(shop) {
    const { page } = shop;
    await openCheckout(shop);
    await page.getByRole("button", { name: "Pay" }).click();
    await showsStatus(page, /^invalid: Your card number is incomplete\.$/);
    await payWith(page, GOOD);
    await page.waitForURL("**/return?**");
    await showsStatus(page, RETURNED);
    const { searchParams } = new URL(page.url());
    equal(searchParams.get("from"), "shop");
    match(searchParams.get("payment_intent") ?? "", /^pi_\w+$/);
  },

  async "declined-card"(shop) {
    const { page } = shop;
    await openCheckout(shop, "&redirect=if_required");
    await payWith(page, DECLINED);
    await showsStatus(page, /^not paid: Your card was declined\.$/);
    await clearForm(page);
    await payWith(page, GOOD);
    await showsStatus(page, /^paid: intent succeeded, order processing$/);
    equal(new URL(page.url()).pathname, "/buy");
  },

  async "three-d-secure"(shop) {
    const { page } = shop;
    await openCheckout(shop);
    await payWith(page, THREE_D_SECURE);
    await decide(page, "Fail");
    await showsStatus(page, /^not paid: We are unable to authenticate your payment method\./);
    equal(await page.locator("dialog").count(), 0);
    // Escape in the dialog is a refusal, too.
    await page.getByRole("button", { name: "Pay" }).click();
    await page.frameLocator("dialog iframe").getByRole("button", { name: "Complete" }).press("Escape");
    await showsStatus(page, /^not paid: We are unable to authenticate/);
    await page.getByRole("button", { name: "Pay" }).click();
    await decide(page, "Complete");
    await page.waitForURL("**/return?**");
    await showsStatus(page, RETURNED);
  },

  async upload({ page, api, administrator }) {
    await page.goto(`http://localhost:3000/upload?api=${encodeURIComponent(api)}`);
    await page.getByLabel("E-mail").fill(administrator.email);
    await page.getByLabel("Password").fill(administrator.password);
    await page.getByLabel("Picture").setInputFiles({ name: "red.png", mimeType: "image/png", buffer: PNG });
    await page.getByRole("button", { name: "Upload" }).click();
    await showsStatus(page, /^shown: 1 x 1, declared: 1 x 1$/);
  },

  async "foreign-origin"({ page, foreign, api, administrator }) {
    const upload = await signUpload(api, administrator);
    const json = { "content-type": "application/json" };
    const requests: Request[] = [
      { url: `${api}/products?limit=1` },
      { url: `${api}/auth/login`, method: "POST", headers: json, body: [...Buffer.from("{}")] },
      { url: upload.url, method: "PUT", headers: upload.headers, body: [...PNG] },
    ];
    await page.goto("http://localhost:3000/");
    await foreign.goto("http://localhost:3999/");
    for (const request of requests) await rejects(send(foreign, request), /Failed to fetch/, request.url);
    // A page of a listed origin sends the same requests, and reads the responses.
    const statuses = [];
    for (const request of requests) statuses.push(await send(page, request));
    deepEqual(statuses, [200, 422, 200]);
  },
};

interface Request {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: number[];
}

/** Sends a request from a page. Returns the status that the page sees. */
function send(page: Page, request: Request): Promise<number> {
  const fetchStatus = async ({ url, method, headers, body }: Request) =>
    (await fetch(url, { method, headers, body: body && new Uint8Array(body) })).status;
  return page.evaluate(fetchStatus, request);
}

/** Announces a picture without a browser. Returns the signed request. */
async function signUpload(api: string, administrator: object): Promise<{ url: string; headers: Record<string, string> }> {
  const post = async (path: string, body: object, token?: string) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    return (await fetch(api + path, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const { access_token } = await post("/auth/login", administrator);
  const { items } = await (await fetch(`${api}/products?limit=1`)).json();
  const announcement = { content_type: "image/png", content_length: PNG.length };
  return (await post(`/products/${items[0].id}/images`, announcement, access_token)).upload;
}
