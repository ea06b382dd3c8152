// The package needs nothing of a browser or of Node when it is imported.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { build } from "esbuild";
import { browserStorage, cached, categoryTag, createShop, PRODUCTS_TAG, productTag } from "../src/index.ts";
import { baseUrl, fakeFetch, json } from "./fake-shop.ts";

test("it can be imported where there are no globals, and imports nothing of Node", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
    bundle: true,
    format: "iife",
    globalName: "client",
    // Fails on an import of a module of Node.
    platform: "browser",
    write: false,
  });
  const context = vm.createContext({});
  vm.runInContext(outputFiles[0]?.text ?? "", context);
  assert.equal(vm.runInContext("client.toMoney(19.99, 'USD').minor", context), 1999);
  assert.equal(vm.runInContext("typeof client.createShop", context), "function");
  assert.equal(vm.runInContext("typeof client.browserStorage().getItem", context), "function");
});

test("a browser that denies its storage keeps everything in memory", async () => {
  const denied = { getItem: () => null, setItem: () => assert.fail("QuotaExceededError"), removeItem: () => {} };
  const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  Object.defineProperty(globalThis, "localStorage", { value: denied, configurable: true });
  try {
    const storage = browserStorage();
    storage.setItem("key", "value");
    assert.equal(await storage.getItem("key"), "value");
  } finally {
    if (before) Object.defineProperty(globalThis, "localStorage", before);
  }
});

test("requests have the tags under which Next.js caches them", async () => {
  const seen: unknown[] = [];
  const { fetch } = fakeFetch(() => json({ items: [], next_cursor: null }));
  const shop = createShop({
    baseUrl,
    fetch: ((request, init) => {
      seen.push((init as { next?: unknown } | undefined)?.next);
      return fetch(request);
    }) as typeof globalThis.fetch,
  });
  const params = { query: { category: "Shirts, long" } };
  await shop.GET("/products", { params, ...cached([PRODUCTS_TAG, categoryTag("Shirts, long")], 300) });
  await shop.GET("/products/{id}", { params: { path: { id: "p1" } }, ...cached([productTag("p1")]) });
  await shop.GET("/products/categories");
  assert.deepEqual(seen, [
    { tags: ["ferrocart:products", "ferrocart:category:Shirts%2C%20long"], revalidate: 300 },
    { tags: ["ferrocart:product:p1"] },
    undefined,
  ]);
  assert.equal(categoryTag("ü".repeat(100)).length, 256);
});
