// A purchase with the functions that `orval` generates. Their paths are relative, as in a page of the same origin.

import * as shop from "../generated/orval";
import { address, baseUrl, expectEqual, newCustomer, present } from "./expect";

let accessToken: string | undefined;

const send = globalThis.fetch;
globalThis.fetch = (path, init) => {
  const headers = new Headers(init?.headers);
  if (accessToken) headers.set("Authorization", `Bearer ${accessToken}`);
  return send(new URL(String(path), baseUrl), { ...init, headers });
};

async function main() {
  const listed = await shop.listProducts({ in_stock: true, limit: 1 });
  if (listed.status !== 200) throw new Error(`the products: ${listed.status}`);
  const product = present(listed.data.items[0], "a product");
  const details = await shop.getProduct(product.id);
  if (details.status !== 200) throw new Error(`the product: ${details.status}`);
  const variant = present(details.data.variants.find((it) => it.stock_quantity > 0), "a variant in stock");

  const registered = await shop.registerUser(newCustomer());
  if (registered.status !== 201) throw new Error(`the registration: ${registered.status}`);
  accessToken = registered.data.access_token;
  const line = { product_id: product.id, variant_sku: variant.sku };
  const shortage = await shop.addItem({ ...line, quantity: 99 });
  if (shortage.status !== 409 || shortage.data.code !== "insufficient_stock") throw new Error("99 pieces were in stock");
  expectEqual(shortage.data.items[0]?.sku, variant.sku, "the SKU that is short");
  const cart = await shop.addItem({ ...line, quantity: 1 });
  if (cart.status !== 200) throw new Error(`the cart: ${cart.status}`);

  const outdated = await shop.placeOrder({ shipping_address: address, expected_total: cart.data.subtotal + 1 });
  if (outdated.status !== 409 || outdated.data.code !== "total_changed") throw new Error("the expected total is ignored");
  expectEqual(outdated.data.total, cart.data.subtotal, "the new total");
  const placed = await shop.placeOrder({ shipping_address: address, expected_total: outdated.data.total });
  if (placed.status !== 201) throw new Error(`the order: ${placed.status}`);
  const cancelled = await shop.cancelOrder(placed.data.id);
  if (cancelled.status !== 200) throw new Error(`the cancellation: ${cancelled.status}`);
  expectEqual(cancelled.data.status, "cancelled", "the status of the order");
}

main();
