// Requests are repeated after `Retry-After` if their repetition has no further effect.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createShop, isProblem, ok } from "../src/index.ts";
import { baseUrl, fakeFetch, json, problem, settle } from "./fake-shop.ts";

/** Ends waits at once. Returns the list of their times in milliseconds. */
function skipWaits(context: TestContext): number[] {
  const waits: number[] = [];
  context.mock.method(globalThis, "setTimeout", (task: () => void, wait: number) => {
    waits.push(wait);
    queueMicrotask(task);
  });
  return waits;
}

/** A shop that is unavailable for the first requests. */
function recovering(failures: number, retryAfter = "2") {
  const unavailable = () => problem(503, "unavailable", {}, retryAfter === "" ? {} : { "retry-after": retryAfter });
  const bodies: string[] = [];
  const { fetch, requests } = fakeFetch(async (request) => {
    bodies.push(await request.text());
    return requests.length <= failures ? unavailable() : json({ status: "ok" });
  });
  return { shop: createShop({ baseUrl, fetch }), requests, bodies };
}

const path = { id: "o1" };
const body = { sku: "TEE-M", delta: 1 };

test("safe requests are repeated after the suggested time", async (context) => {
  const waits = skipWaits(context);
  const { shop, requests } = recovering(2);
  await ok(shop.GET("/health"));
  assert.equal(requests.length, 3);
  assert.equal(waits.length, 2);
  for (const wait of waits) assert.ok(wait >= 2_000 && wait <= 2_500, `${wait}`);
});

test("there are at most three attempts", async (context) => {
  skipWaits(context);
  const { shop, requests } = recovering(9);
  const { error } = await shop.GET("/health");
  assert.equal(error?.code, "unavailable");
  assert.equal(requests.length, 3);
});

test("a POST is repeated only with an idempotency key, and with its body", async (context) => {
  skipWaits(context);
  const { shop, requests, bodies } = recovering(1);
  const params = { path, header: { "Idempotency-Key": "k" } };
  await ok(shop.POST("/products/{id}/stock", { params, body }));
  assert.equal(requests.length, 2);
  assert.deepEqual(bodies, [JSON.stringify(body), JSON.stringify(body)]);
  const other = recovering(1);
  await other.shop.POST("/products/{id}/stock", {
    params: { path, header: { "Idempotency-Key": undefined as never } },
    body,
  });
  assert.equal(other.requests.length, 1);
});

test("an edit of a certain version is not repeated", async (context) => {
  skipWaits(context);
  const remove = recovering(1);
  await ok(remove.shop.DELETE("/cart/items/{id}", { params: { path } }));
  assert.equal(remove.requests.length, 2);
  const edit = recovering(1);
  const init = { params: { path, header: { "If-Match": '"1"' } }, body: {} as never };
  assert.equal((await edit.shop.PUT("/products/{id}", init)).error?.code, "unavailable");
  assert.equal(edit.requests.length, 1);
});

test("without `Retry-After`, or with a long one, nothing is repeated", async (context) => {
  skipWaits(context);
  for (const retryAfter of ["", "11", "3600", "soon"]) {
    const { shop, requests } = recovering(1, retryAfter);
    await shop.GET("/health");
    assert.equal(requests.length, 1, retryAfter);
  }
  const { shop, requests } = recovering(1, new Date(Date.now() + 3_000).toUTCString());
  await shop.GET("/health");
  assert.equal(requests.length, 2);
});

test("a wait ends when the request is aborted, and leaves no timer", async (context) => {
  const { fetch, requests } = fakeFetch(() => problem(503, "unavailable", {}, { "retry-after": "5" }));
  const cleared = context.mock.method(globalThis, "clearTimeout");
  const controller = new AbortController();
  const call = createShop({ baseUrl, fetch }).GET("/health", { signal: controller.signal });
  await settle();
  controller.abort(new Error("left the page"));
  await assert.rejects(call, /left the page/);
  assert.equal(requests.length, 1);
  assert.equal(cleared.mock.callCount(), 1);
});

test("the options of Next.js reach every attempt", async (context) => {
  skipWaits(context);
  const seen: unknown[] = [];
  const fetch = (async (_request, init) => {
    seen.push((init as { next?: unknown } | undefined)?.next);
    return seen.length < 2 ? problem(503, "unavailable", {}, { "retry-after": "1" }) : json({ status: "ok" });
  }) as typeof globalThis.fetch;
  const options = { next: { tags: ["ferrocart:products"] } };
  await ok(createShop({ baseUrl, fetch }).GET("/products", { ...options }));
  assert.deepEqual(seen, [options.next, options.next]);
});

test("a network failure is not repeated by the client", async (context) => {
  skipWaits(context);
  const { fetch, requests } = fakeFetch(() => Promise.reject(new TypeError("Failed to fetch")));
  await assert.rejects(createShop({ baseUrl, fetch }).GET("/health"), (error) => isProblem(error, "network"));
  assert.equal(requests.length, 1);
});
