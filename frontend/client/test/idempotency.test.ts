// A request whose result is unknown is repeated with the same key, even after a reload.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createShop,
  isProblem,
  type KeyValueStorage,
  memoryStorage,
  type ProblemCode,
  withIdempotencyKey,
} from "../src/index.ts";
import { FakeBrowser } from "./fake-browser.ts";
import { baseUrl, fakeFetch, json, problem, settle } from "./fake-shop.ts";

/** Places orders on a shop with these responses, and records the key of each request. */
function checkout(storage: KeyValueStorage, ...responses: (() => Response | Promise<Response>)[]) {
  const keys: string[] = [];
  const { fetch } = fakeFetch((request) => {
    keys.push(request.headers.get("idempotency-key") ?? "");
    const respond = responses[keys.length - 1];
    return respond ? respond() : json({ id: "o1" }, 201);
  });
  const shop = createShop({ baseUrl, fetch });
  const placeOrder = (subject = "cart 1") =>
    withIdempotencyKey({ storage, purpose: "checkout", subject }, (key) =>
      shop.POST("/orders", { params: { header: { "Idempotency-Key": key } }, body: {} }),
    );
  return { placeOrder, keys };
}

test("each purchase has a key of its own", async () => {
  const { placeOrder, keys } = checkout(memoryStorage());
  const order = await placeOrder();
  assert.equal(order.id, "o1");
  await placeOrder();
  assert.match(keys[0] ?? "", /^[0-9a-f]{32}$/);
  assert.notEqual(keys[0], keys[1]);
});

test("an unknown result keeps the key for the next page", async () => {
  const storage = new FakeBrowser().tab();
  const unknown: [ProblemCode, () => Response | Promise<Response>][] = [
    ["network", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["unexpected_response", () => new Response("", { status: 504 })],
    ["internal", () => problem(500, "internal")],
    ["unavailable", () => problem(503, "unavailable")],
    ["idempotency_in_progress", () => problem(409, "idempotency_in_progress")],
    ["token_expired", () => problem(401, "token_expired")],
    ["rate_limited", () => problem(429, "rate_limited", {}, { "retry-after": "60" })],
  ];
  const keys: string[] = [];
  for (const [code, respond] of unknown) {
    const page = checkout(storage, respond);
    await assert.rejects(page.placeOrder(), (error) => isProblem(error, code), code);
    keys.push(...page.keys);
  }
  const page = checkout(storage);
  await page.placeOrder();
  assert.equal(new Set([...keys, ...page.keys]).size, 1);
});

test("a definite answer ends the key", async () => {
  for (const code of ["total_changed", "insufficient_stock", "idempotency_key_reused", "validation_failed"] as const) {
    const { placeOrder, keys } = checkout(memoryStorage(), () => problem(409, code));
    await assert.rejects(placeOrder(), (error) => isProblem(error, code));
    await placeOrder();
    assert.notEqual(keys[0], keys[1], code);
  }
});

test("another subject, and another purpose, have other keys", async () => {
  const lost = () => Promise.reject(new TypeError("Failed to fetch"));
  const storage = memoryStorage();
  const { placeOrder, keys } = checkout(storage, lost, lost);
  await assert.rejects(placeOrder("cart 1"));
  await assert.rejects(placeOrder("cart 2"));
  await placeOrder("cart 2");
  assert.notEqual(keys[0], keys[1]);
  assert.equal(keys[1], keys[2]);
});

test("two clicks and two tabs at the same time use one key", async () => {
  const browser = new FakeBrowser();
  const [one, two] = [checkout(browser.tab()), checkout(browser.tab())];
  await Promise.all([one.placeOrder(), one.placeOrder(), two.placeOrder()]);
  assert.equal(new Set([...one.keys, ...two.keys]).size, 1);
  const { placeOrder, keys } = checkout(memoryStorage());
  await Promise.all([placeOrder(), placeOrder()]);
  assert.equal(keys[0], keys[1]);
});

test("a key is used for a day at most", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 0 });
  const lost = () => Promise.reject(new TypeError("Failed to fetch"));
  const { placeOrder, keys } = checkout(memoryStorage(), lost, lost);
  await assert.rejects(placeOrder());
  context.mock.timers.setTime(24 * 3_600_000 - 1);
  await assert.rejects(placeOrder());
  context.mock.timers.setTime(24 * 3_600_000);
  await placeOrder();
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[1], keys[2]);
});

test("what is no key in the storage is replaced", async () => {
  for (const text of ["{", "null", "7", '{"key": "k"}']) {
    const storage = memoryStorage();
    await storage.setItem("ferrocart.idempotency.checkout", text);
    const { placeOrder, keys } = checkout(storage);
    await placeOrder();
    assert.match(keys[0] ?? "", /^[0-9a-f]{32}$/);
    await settle();
    assert.equal(await storage.getItem("ferrocart.idempotency.checkout"), null);
  }
});
