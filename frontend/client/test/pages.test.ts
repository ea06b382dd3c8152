// Lists are read page by page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createShop, isProblem, items } from "../src/index.ts";
import { baseUrl, fakeFetch, json, problem } from "./fake-shop.ts";

/** A shop whose lists have these pages, and the requests that it has received. */
function shopWithPages(pages: unknown[][]) {
  const { fetch, requests } = fakeFetch((request) => {
    const page = Number(new URL(request.url).searchParams.get("cursor") ?? 0);
    return json({ items: pages[page], next_cursor: page + 1 < pages.length ? String(page + 1) : null });
  });
  return { shop: createShop({ baseUrl, fetch }), requests };
}

test("all pages are read, with the filters of the first", async () => {
  const { shop, requests } = shopWithPages([[{ name: "A" }, { name: "B" }], [], [{ name: "C" }]]);
  const names: string[] = [];
  const query = { category: "Shirts & more", limit: 2 };
  for await (const product of items(shop, "/products", { params: { query } })) names.push(product.name);
  assert.deepEqual(names, ["A", "B", "C"]);
  const filters = "/products?category=Shirts%20%26%20more&limit=2";
  assert.deepEqual(requests, [`GET ${filters}`, `GET ${filters}&cursor=1`, `GET ${filters}&cursor=2`]);
});

test("a page is requested when it is needed", async () => {
  const { shop, requests } = shopWithPages([[{ id: "1" }, { id: "2" }], [{ id: "3" }]]);
  for await (const order of items(shop, "/orders")) if (order.id === "2") break;
  assert.equal(requests.length, 1);
});

test("every list has the type of its items", async () => {
  const { shop } = shopWithPages([[{}]]);
  for await (const order of items(shop, "/admin/orders", { params: { query: { status: "pending" } } })) order.flags;
  for await (const user of items(shop, "/admin/users", { params: { query: { role: "admin" } } })) user.email;
  for await (const session of items(shop, "/auth/sessions")) session.id;
  for await (const category of items(shop, "/products/categories")) category.product_count;
  // @ts-expect-error: a cart is no list.
  for await (const line of items(shop, "/cart")) assert.ok(line);
  // @ts-expect-error: lists of products have no such filter.
  for await (const product of items(shop, "/products", { params: { query: { role: "admin" } } })) product.id;
});

test("a failed page and an abort end the iteration", async () => {
  const { fetch } = fakeFetch((request) =>
    request.url.includes("cursor") ? problem(400, "invalid_cursor") : json({ items: [{ id: "1" }], next_cursor: "x" }),
  );
  const shop = createShop({ baseUrl, fetch });
  const ids: string[] = [];
  const all = async () => {
    for await (const order of items(shop, "/orders")) ids.push(order.id);
  };
  await assert.rejects(all, (error) => isProblem(error, "invalid_cursor"));
  assert.deepEqual(ids, ["1"]);
  const controller = new AbortController();
  const first = async () => {
    for await (const order of items(shop, "/orders", { signal: controller.signal }))
      controller.abort(new Error(order.id));
  };
  await assert.rejects(first, /^Error: 1$/);
});
