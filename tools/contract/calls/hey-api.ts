// A purchase with the functions that `@hey-api/openapi-ts` generates.

import * as shop from "../generated/hey-api";
import { client } from "../generated/hey-api/client.gen";
import { address, baseUrl, expectEqual, newCustomer, present } from "./expect";

/** Uploads an image: the signed headers are a map of names to values. */
export async function upload(productId: string, image: Blob): Promise<string> {
  const body = { content_type: "image/png" as const, content_length: image.size };
  const { data: announced } = await shop.announceImage({ path: { id: productId }, body, throwOnError: true });
  const { url, method, headers } = announced.upload;
  const signed: Record<string, string> = headers;
  await fetch(url, { method, headers: signed, body: image });
  const path = { id: productId, image_id: announced.image_id };
  const { data: product } = await shop.completeImage({ path, throwOnError: true });
  return present(product.images.at(-1), "the image");
}

async function main() {
  client.setConfig({ baseUrl });
  const { data: listed } = await shop.listProducts({ query: { in_stock: true, limit: 1 }, throwOnError: true });
  const product = present(listed.items[0], "a product");
  const { data: details } = await shop.getProduct({ path: { id: product.id }, throwOnError: true });
  const variant = present(details.variants.find((it) => it.stock_quantity > 0), "a variant in stock");

  const { data: session } = await shop.registerUser({ body: newCustomer(), throwOnError: true });
  // The generated client asks for the token of each scheme: a customer has none of a guest's cart or order.
  client.setConfig({ baseUrl, auth: ({ scheme }) => (scheme === "bearer" ? session.access_token : undefined) });
  const line = { product_id: product.id, variant_sku: variant.sku };
  const { error: shortage } = await shop.addItem({ body: { ...line, quantity: 99 } });
  if (shortage?.code !== "insufficient_stock") throw new Error("99 pieces were in stock");
  expectEqual(shortage.items[0]?.sku, variant.sku, "the SKU that is short");
  const { data: cart } = await shop.addItem({ body: { ...line, quantity: 1 }, throwOnError: true });

  const { error: outdated } = await shop.placeOrder({
    body: { shipping_address: address, expected_total: cart.subtotal + 1 },
  });
  if (outdated?.code !== "total_changed") throw new Error("the order ignores the expected total");
  expectEqual(outdated.total, cart.subtotal, "the new total");
  const { data: order } = await shop.placeOrder({
    body: { shipping_address: address, expected_total: outdated.total },
    headers: { "Idempotency-Key": crypto.randomUUID() },
    throwOnError: true,
  });
  const { data: payment } = await shop.requestPayment({ path: { id: order.id }, throwOnError: true });
  present(payment.client_secret, "the client secret of the payment");
  const { data: cancelled } = await shop.cancelOrder({ path: { id: order.id }, throwOnError: true });
  expectEqual(cancelled.status, "cancelled", "the status of the order");
  const { data: orders } = await shop.listOrders({ query: { limit: 1 }, throwOnError: true });
  expectEqual(orders.items[0]?.id, order.id, "the latest order");
}

main();
