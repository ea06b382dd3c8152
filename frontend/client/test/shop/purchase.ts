// The built package on a running shop with at least five products of one variant, of which `TEE` has five pieces.
// `tests/chaos/tests/generated_clients.rs` starts the shop and this program.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createSession,
  createShop,
  isProblem,
  items,
  type KeyValueStorage,
  memoryStorage,
  ok,
  plus,
  type Session,
  type SessionChange,
  type Shop,
  times,
  toAmount,
  toMoney,
  UnpaidError,
  waitUntilPaid,
  withIdempotencyKey,
} from "@ferrocart/client";

const baseUrl = process.env.SHOP_URL ?? "http://localhost:9000/api/v1";
const stripeUrl = process.env.STRIPE_URL ?? "http://localhost:12111";
/** An origin that the shop lists. */
const origin = process.env.SHOP_ORIGIN ?? "http://localhost:5173";

const address = {
  type: "shipping",
  street: "1 Main Street",
  city: "Springfield",
  state: "IL",
  zip: "62701",
} as const;

/** The account of a new customer. */
function newCustomer() {
  return { name: "Ada", email: `ada-${crypto.randomUUID()}@example.com`, password: "battery-staple-of-ada" };
}

/** `fetch`, and the list of its requests. */
function recordingFetch(send: typeof fetch = fetch) {
  const requests: string[] = [];
  const recording: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(`${request.method} ${request.url.slice(baseUrl.length)}`);
    return await send(request);
  };
  return { fetch: recording, requests };
}

/** A customer with one piece of `TEE` in the cart. */
async function buyer(storage: KeyValueStorage = memoryStorage(), send: typeof fetch = fetch) {
  const session = createSession({ baseUrl, storage });
  await session.register(newCustomer());
  const shop = createShop({ baseUrl, session, fetch: send });
  const product = (await ok(shop.GET("/products", { params: { query: { skus: "TEE" } } }))).items[0];
  assert.ok(product);
  const line = { product_id: product.id, variant_sku: "TEE" };
  await ok(shop.POST("/cart/items", { body: { ...line, quantity: 1 } }));
  return { session, shop, storage, line };
}

/** Places the order of the cart. */
async function placeOrder({ shop, storage }: { shop: Shop; storage: KeyValueStorage }) {
  const cart = await ok(shop.GET("/cart"));
  const purpose = { storage, purpose: "checkout", subject: cart.updated_at ?? "" };
  const body = { shipping_address: address, expected_total: cart.subtotal };
  return await withIdempotencyKey(purpose, (key) =>
    shop.POST("/orders", { params: { header: { "Idempotency-Key": key } }, body }),
  );
}

/** Confirms the payment of an order as Stripe.js does. */
async function pay(shop: Shop, orderId: string, card: string) {
  const payment = await ok(shop.POST("/orders/{id}/payment", { params: { path: { id: orderId } } }));
  const body = new URLSearchParams({
    payment_method: card,
    client_secret: payment.client_secret ?? "",
    use_stripe_sdk: "true",
  });
  const headers = { authorization: `Bearer ${payment.publishable_key}` };
  const url = `${stripeUrl}/v1/payment_intents/${payment.intent_id}/confirm`;
  return await fetch(url, { method: "POST", headers, body });
}

test("a declined and a good card pay for an order", async () => {
  const customer = await buyer();
  const order = await placeOrder(customer);
  assert.equal(toAmount(plus(toMoney(0, order.currency), toMoney(order.total_amount, order.currency))), 19.99);
  assert.equal((await pay(customer.shop, order.id, "pm_card_chargeDeclined")).status, 402);
  await assert.rejects(waitUntilPaid(customer.shop, order.id, { timeout: 30_000 }), (error) => {
    assert.ok(error instanceof UnpaidError && error.details.reason === "failed");
    return true;
  });
  assert.equal((await pay(customer.shop, order.id, "pm_card_visa")).status, 200);
  const paid = await waitUntilPaid(customer.shop, order.id, { timeout: 30_000 });
  assert.equal(paid.payment.status, "succeeded");
});

test("problems have codes and members", async () => {
  const { shop, line } = await buyer();
  await assert.rejects(ok(shop.POST("/cart/items", { body: { ...line, quantity: 90 } })), (error) => {
    assert.ok(isProblem(error, "insufficient_stock"));
    assert.equal(error.problem.items[0]?.sku, "TEE");
    return true;
  });
  const { subtotal, currency } = await ok(shop.GET("/cart"));
  const body = { shipping_address: address, expected_total: toAmount(times(toMoney(subtotal, currency), 2)) };
  await assert.rejects(ok(shop.POST("/orders", { body })), (error) => {
    assert.ok(isProblem(error, "total_changed"));
    assert.equal(error.problem.total, subtotal);
    return true;
  });
  const unknown = shop.GET("/orders/{id}", { params: { path: { id: "0".repeat(24) } } });
  await assert.rejects(ok(unknown), (error) => isProblem(error, "not_found"));
  const nowhere = createShop({ baseUrl: "http://127.0.0.1:9/api/v1" });
  await assert.rejects(ok(nowhere.GET("/health")), (error) => isProblem(error, "network"));
});

test("a checkout whose response is lost is repeated with its key, and buys once", async () => {
  let losesResponse = true;
  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const isCheckout = request.method === "POST" && request.url.endsWith("/orders");
    const response = await fetch(request);
    if (!isCheckout || !losesResponse) return response;
    losesResponse = false;
    throw new TypeError("the connection is lost");
  };
  const customer = await buyer(memoryStorage(), send);
  const cart = await ok(customer.shop.GET("/cart"));
  const purpose = { storage: customer.storage, purpose: "checkout", subject: cart.updated_at ?? "" };
  const checkOut = () =>
    withIdempotencyKey(purpose, (key) =>
      customer.shop.POST("/orders", {
        params: { header: { "Idempotency-Key": key } },
        body: { shipping_address: address },
      }),
    );
  await assert.rejects(checkOut(), (error) => isProblem(error, "network"));
  const order = await checkOut();
  const ids: string[] = [];
  for await (const each of items(customer.shop, "/orders")) ids.push(each.id);
  assert.deepEqual(ids, [order.id]);
});

test("two clients that share a storage refresh their session once", async () => {
  const { storage } = await buyer();
  const stored = JSON.parse((await storage.getItem("ferrocart.session")) ?? "");
  // As after 15 minutes, except that the shop rejects the token for another reason.
  await storage.setItem("ferrocart.session", JSON.stringify({ ...stored, access_token: `${stored.access_token}x` }));
  const { fetch, requests } = recordingFetch();
  const open = () => createShop({ baseUrl, fetch, session: createSession({ baseUrl, fetch, storage }) });
  const [one, two] = [open(), open()];
  const carts = await Promise.all([one, two, one, two].map((shop) => ok(shop.GET("/cart"))));
  assert.ok(carts.every((cart) => cart.item_count === 1));
  assert.equal(requests.filter((request) => request === "POST /auth/refresh").length, 1);
  // As after 15 minutes by the clock of this device.
  const renewed = JSON.parse((await storage.getItem("ferrocart.session")) ?? "");
  assert.notEqual(renewed.refresh_token, stored.refresh_token);
  await storage.setItem("ferrocart.session", JSON.stringify({ ...renewed, expires_at: Date.now() }));
  await Promise.all([ok(one.GET("/cart")), ok(two.GET("/cart"))]);
  assert.equal(requests.filter((request) => request === "POST /auth/refresh").length, 2);
});

test("a session that was ended on another device is reported", async () => {
  const { session, shop } = await buyer();
  const changes: SessionChange[] = [];
  session.subscribe((change) => changes.push(change));
  const [current] = (await ok(shop.GET("/auth/sessions"))).items;
  assert.ok(current);
  await ok(shop.DELETE("/auth/sessions/{id}", { params: { path: { id: current.id } } }));
  await assert.rejects(ok(shop.GET("/cart")), (error) => isProblem(error, "unauthenticated"));
  assert.deepEqual(changes, ["expired"]);
  assert.equal(await session.user(), null);
});

/** `fetch` of a page: it sends its origin, and keeps cookies. */
function pageFetch(): typeof fetch {
  let cookie: string | undefined;
  return async (input, init) => {
    const request = new Request(input, init);
    request.headers.set("origin", origin);
    if (request.credentials === "include" && cookie) request.headers.set("cookie", cookie);
    const response = await fetch(request);
    for (const set of response.headers.getSetCookie())
      cookie = /=;|Max-Age=0/.test(set) ? undefined : set.split(";")[0];
    return response;
  };
}

test("a session in a cookie continues on a new page until the logout", async () => {
  const fetch = pageFetch();
  const storage = memoryStorage();
  const page = (): { session: Session; shop: Shop } => {
    const session = createSession({ baseUrl, fetch, storage, mode: "cookie" });
    return { session, shop: createShop({ baseUrl, fetch, session }) };
  };
  const first = page();
  const user = await first.session.register(newCustomer());
  assert.deepEqual(Object.keys(JSON.parse((await storage.getItem("ferrocart.session")) ?? "")), ["user"]);
  const next = page();
  assert.equal((await ok(next.shop.GET("/auth/me"))).email, user.email);
  await next.session.logOut();
  assert.equal(await next.session.accessToken(), null);
  await storage.setItem("ferrocart.session", JSON.stringify({ user }));
  assert.equal(await page().session.accessToken(), null);
});

test("all pages of a list are read", async () => {
  const shop = createShop({ baseUrl });
  const names: string[] = [];
  const query = { limit: 2, sort: "name" } as const;
  for await (const product of items(shop, "/products", { params: { query } })) names.push(product.name);
  assert.ok(names.length >= 5, `${names}`);
  assert.equal(new Set(names).size, names.length);
});
