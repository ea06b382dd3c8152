// Failures are problems with a code, whatever has failed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createShop, isProblem, ok, type Problem, ShopError } from "../src/index.ts";
import { baseUrl, fakeFetch, type Handler, json, problem } from "./fake-shop.ts";

function shopThat(handler: Handler) {
  return createShop({ baseUrl, fetch: fakeFetch(handler).fetch });
}

/** Returns the error of a call, which must fail. */
async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => assert.fail("the call has succeeded"),
    (error: unknown) => error,
  );
}

/** What a page shows: every code must be handled where the default is missing. */
function describe(given: Problem): string {
  switch (given.code) {
    case "insufficient_stock":
      return given.items.map(({ sku, available }) => `${available} of ${sku}`).join();
    case "total_changed":
      return given.total.toFixed(2);
    case "network":
      return "offline";
    case "unexpected_response":
      return `status ${given.status}`;
    default:
      return given.request_id;
  }
}

test("a problem of the shop has its code and its members", async () => {
  const items = [{ sku: "TEE-M", requested: 2, available: 1 }];
  const shop = shopThat(() => problem(409, "insufficient_stock", { items }));
  const body = { product_id: "p", variant_sku: "TEE-M", quantity: 2 };
  const error = await errorOf(ok(shop.POST("/cart/items", { body })));
  assert.ok(isProblem(error, "product_unavailable", "insufficient_stock"));
  assert.ok(isProblem(error, "insufficient_stock"));
  // Compiles, because the code determines the type.
  assert.equal(error.problem.items[0]?.available, 1);
  assert.equal(error.problem.status, 409);
  assert.equal(error.message, "insufficient_stock");
  assert.equal(describe(error.problem), "1 of TEE-M");
  assert.ok(!isProblem(error, "total_changed", "network"));
  assert.ok(isProblem(error));
  const { error: returned } = await shop.POST("/cart/items", { body });
  assert.equal(returned?.code, "insufficient_stock");
});

test("a code that the client does not know is still a problem", async () => {
  const error = await errorOf(ok(shopThat(() => problem(418, "teapot")).GET("/health")));
  assert.ok(isProblem(error));
  assert.equal(describe(error.problem), "r");
});

test("a request without a response is a problem of the network, with its cause", async () => {
  const cause = new TypeError("Failed to fetch");
  const error = await errorOf(shopThat(() => Promise.reject(cause)).GET("/health"));
  assert.ok(isProblem(error, "network"));
  assert.equal(error.cause, cause);
  assert.equal(describe(error.problem), "offline");
});

test("a response that ends too early is a problem of the network", async () => {
  const truncated = new Response('{"status": "o', { headers: { "content-type": "application/json" } });
  assert.ok(isProblem(await errorOf(ok(shopThat(() => truncated).GET("/health"))), "network"));
  const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
  const lost = new Response(body, { headers: { "content-type": "application/json" } });
  assert.ok(isProblem(await errorOf(ok(shopThat(() => lost).GET("/health"))), "network"));
});

test("an error page of a proxy is an unexpected response", async () => {
  const page = new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } });
  const error = await errorOf(shopThat(() => page).GET("/health"));
  assert.ok(isProblem(error, "unexpected_response"));
  assert.equal(describe(error.problem), "status 502");
  const throttled = () => json({ message: "Too Many Requests" }, 429);
  assert.ok(isProblem(await errorOf(shopThat(throttled).GET("/health")), "unexpected_response"));
});

test("an aborted request is rejected with the reason of its signal", async () => {
  const reason = new Error("left the page");
  const shop = shopThat(() => assert.fail("was sent"));
  const error = await errorOf(ok(shop.GET("/health", { signal: AbortSignal.abort(reason) })));
  assert.equal(error, reason);
  assert.ok(!isProblem(error));
});

test("the seconds of `Retry-After` are part of the error", async () => {
  const limited = () => problem(429, "rate_limited", {}, { "retry-after": "3600" });
  const error = await errorOf(ok(shopThat(limited).GET("/health")));
  assert.ok(error instanceof ShopError);
  assert.equal(error.retryAfter, 3600);
});

test("a response without a body has no data", async () => {
  const shop = shopThat(() => new Response(null, { status: 204 }));
  assert.equal(await ok(shop.DELETE("/auth/sessions/{id}", { params: { path: { id: "s" } } })), undefined);
});

test("a 304 is no data", async () => {
  const shop = shopThat(() => new Response(null, { status: 304 }));
  assert.ok(isProblem(await errorOf(ok(shop.GET("/products"))), "unexpected_response"));
  const { response } = await shop.GET("/products", { params: { header: { "If-None-Match": '"1"' } } });
  assert.equal(response.status, 304);
});
