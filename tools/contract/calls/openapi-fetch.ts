// A purchase with `openapi-fetch` and the types of `openapi-typescript`.

import createClient from "openapi-fetch";
import type { components, paths } from "../generated/openapi-typescript";
import { address, baseUrl, expectEqual, newCustomer, present } from "./expect";

type Problem = components["schemas"]["TotalChangedProblem"] | components["schemas"]["InsufficientStockProblem"];

/** What a storefront shows for a problem: `code` decides which other members there are. */
function describe(problem: Problem): string {
  switch (problem.code) {
    case "total_changed":
      return `The total is now ${problem.total.toFixed(2)}.`;
    case "insufficient_stock":
      return problem.items.map((line) => `Only ${line.available} of ${line.sku} are left.`).join(" ");
  }
}

async function main() {
  const visitor = createClient<paths>({ baseUrl });
  const { data: categories } = await visitor.GET("/products/categories");
  const category = present(categories?.items[0], "a category").category;
  const { data: listed } = await visitor.GET("/products", { params: { query: { category, in_stock: true, limit: 1 } } });
  const product = present(listed?.items[0], "a product");
  const { data: details, response } = await visitor.GET("/products/{id}", { params: { path: { id: product.id } } });
  const variant = present(details?.variants.find((it) => it.stock_quantity > 0), "a variant in stock");
  const etag = present(response.headers.get("etag"), "an ETag");
  const again = await visitor.GET("/products/{id}", {
    params: { path: { id: product.id }, header: { "If-None-Match": etag } },
  });
  expectEqual(again.response.status, 304, "the status of a product that has not changed");

  const { data: session, error: invalid } = await visitor.POST("/auth/register", { body: newCustomer() });
  if (invalid) throw new Error(invalid.code);
  const buyer = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${session.access_token}` } });
  const line = { product_id: product.id, variant_sku: variant.sku };
  const excessive = await buyer.POST("/cart/items", { body: { ...line, quantity: 99 } });
  if (excessive.error?.code !== "insufficient_stock") throw new Error("99 pieces were in stock");
  describe(excessive.error);
  const { data: cart } = await buyer.POST("/cart/items", { body: { ...line, quantity: 1 } });
  const total = present(cart, "the cart").subtotal;

  const outdated = await buyer.POST("/orders", { body: { shipping_address: address, expected_total: total + 1 } });
  if (outdated.error?.code !== "total_changed") throw new Error("the order ignores the expected total");
  expectEqual(outdated.error.total, total, "the new total");
  describe(outdated.error);
  const { data: order } = await buyer.POST("/orders", {
    body: { shipping_address: address, expected_total: total },
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
  });
  const { id, payment } = present(order, "the order");
  present(payment?.client_secret, "the client secret of the payment");

  const path = { params: { path: { id } } };
  const { data: cancelled } = await buyer.POST("/orders/{id}/cancel", path);
  expectEqual(cancelled?.status, "cancelled", "the status of the order");
  const twice = await buyer.GET("/orders/{id}", { params: { path: { id: "0".repeat(24) } } });
  expectEqual(twice.error?.code, "not_found", "the problem of an unknown order");
}

main();
