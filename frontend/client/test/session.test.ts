// Sessions of one page: tokens in requests, their renewal, and the end of a session.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createSession, createShop, isProblem, memoryStorage, ok, type SessionChange } from "../src/index.ts";
import { baseUrl, credentials, FakeSessions, fakeFetch, type Handler, problem, settle, stored } from "./fake-shop.ts";

/** A page that is logged in, on a shop with sessions. `intercept` responds before the shop does. */
async function loggedIn(
  options: { mode?: "token" | "cookie"; role?: string; intercept?: (path: string) => Response | undefined } = {},
) {
  const sessions = new FakeSessions();
  sessions.role = options.role ?? "customer";
  const headers: Headers[] = [];
  const handler: Handler = (request, path) => {
    headers.push(request.headers);
    return options.intercept?.(path) ?? sessions.handle(request, path);
  };
  const { fetch, requests } = fakeFetch(handler);
  const storage = memoryStorage();
  const session = createSession({ baseUrl, fetch, storage, mode: options.mode ?? "token" });
  const changes: SessionChange[] = [];
  session.subscribe((change) => changes.push(change));
  const user = await session.logIn(credentials);
  assert.equal(user.name, "Ada");
  requests.length = 0;
  headers.length = 0;
  return { sessions, session, storage, requests, headers, changes, shop: createShop({ baseUrl, fetch, session }) };
}

test("requests carry the access token, except those for the public catalogue", async () => {
  const { shop, headers, session } = await loggedIn();
  await ok(shop.GET("/cart"));
  await ok(shop.GET("/products"));
  await ok(shop.GET("/products/{id}", { params: { path: { id: "p1" } } }));
  await ok(shop.POST("/products/{id}/stock", { params: { path: { id: "p1" } }, body: { sku: "A", delta: 1 } }));
  const tokens = headers.map((each) => each.get("authorization"));
  assert.deepEqual(tokens, ["Bearer a1", null, null, "Bearer a1"]);
  assert.deepEqual(await session.user(), { id: "u1", role: "customer" });
});

test("administrators see inactive products: their requests for the catalogue carry the token", async () => {
  const { shop, headers } = await loggedIn({ role: "admin" });
  await ok(shop.GET("/products"));
  assert.equal(headers[0]?.get("authorization"), "Bearer a1");
});

test("without a session there is no token, and a 401 is returned", async () => {
  const { fetch, requests } = fakeFetch(new FakeSessions().handle);
  const session = createSession({ baseUrl, fetch });
  const { error } = await createShop({ baseUrl, fetch, session }).GET("/cart");
  assert.equal(error?.code, "unauthenticated");
  assert.deepEqual(requests, ["GET /cart"]);
  assert.equal(await session.accessToken(), null);
});

test("an expired token is renewed once, however many requests find it expired", async () => {
  const { sessions, shop, requests, storage } = await loggedIn();
  sessions.expire();
  const carts = await Promise.all(Array.from({ length: 5 }, () => ok(shop.GET("/cart"))));
  assert.deepEqual(
    carts.map((cart) => (cart as unknown as { token: string }).token),
    Array(5).fill("a2"),
  );
  assert.equal(requests.filter((request) => request === "POST /auth/refresh").length, 1);
  assert.equal(((await stored(storage)) as { refresh_token: string }).refresh_token, "r2");
});

test("a repeated request has its body", async () => {
  const bodies: string[] = [];
  const { sessions, shop } = await loggedIn();
  const handle = sessions.handle;
  Object.assign(sessions, {
    handle: async (request: Request, path: string) => {
      if (path === "/cart/items") bodies.push(await request.clone().text());
      return handle(request, path);
    },
  });
  sessions.expire();
  const body = { product_id: "p", variant_sku: "A", quantity: 1 };
  await ok(shop.POST("/cart/items", { body }));
  assert.deepEqual(bodies, [JSON.stringify(body), JSON.stringify(body)]);
});

test("a token that expires soon is renewed before the request", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const { shop, requests } = await loggedIn();
  context.mock.timers.setTime(1_000_000 + 894_000);
  await ok(shop.GET("/cart"));
  assert.deepEqual(requests, ["GET /cart"]);
  context.mock.timers.setTime(1_000_000 + 896_000);
  await ok(shop.GET("/cart"));
  assert.deepEqual(requests, ["GET /cart", "POST /auth/refresh", "GET /cart"]);
});

test("a wrong password is no expired token", async () => {
  const { shop, requests } = await loggedIn({
    intercept: (path) => (path === "/auth/me" ? problem(401, "invalid_credentials") : undefined),
  });
  const { error } = await shop.DELETE("/auth/me", { body: { password: "wrong" } });
  assert.equal(error?.code, "invalid_credentials");
  assert.deepEqual(requests, ["DELETE /auth/me"]);
});

test("a session that the shop has ended is removed, and reported once", async () => {
  const { sessions, shop, storage, changes, requests, session } = await loggedIn();
  sessions.expire();
  sessions.hasEnded = true;
  const results = await Promise.all([shop.GET("/cart"), shop.GET("/orders"), shop.GET("/auth/me")]);
  assert.deepEqual(
    results.map(({ error }) => error?.code),
    Array(3).fill("token_expired"),
  );
  assert.deepEqual(changes, ["started", "expired"]);
  assert.equal(await stored(storage), null);
  assert.equal(await session.user(), null);
  assert.equal(requests.filter((request) => request === "POST /auth/refresh").length, 1);
  // The next request is that of a visitor.
  const { error } = await shop.GET("/cart");
  assert.equal(error?.code, "unauthenticated");
});

test("a failed renewal keeps the session", async () => {
  let isDown = true;
  const { sessions, shop, storage, changes } = await loggedIn({
    intercept: (path) => (isDown && path === "/auth/refresh" ? problem(503, "unavailable") : undefined),
  });
  sessions.expire();
  await assert.rejects(shop.GET("/cart"), (error) => isProblem(error, "unavailable"));
  assert.notEqual(await stored(storage), null);
  isDown = false;
  await ok(shop.GET("/cart"));
  assert.deepEqual(changes, ["started"]);
});

test("requests that wait for the same failed renewal fail together", async () => {
  const { sessions, shop, requests } = await loggedIn({
    intercept: (path) => (path === "/auth/refresh" ? problem(503, "unavailable") : undefined),
  });
  sessions.expire();
  const results = await Promise.allSettled([shop.GET("/cart"), shop.GET("/orders"), shop.GET("/auth/me")]);
  assert.ok(results.every(({ status }) => status === "rejected"));
  assert.equal(requests.filter((request) => request === "POST /auth/refresh").length, 1);
});

test("an aborted request does not abort the renewal that others wait for", async () => {
  const { sessions, shop } = await loggedIn();
  let release = () => {};
  sessions.onRefresh = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  sessions.expire();
  const controller = new AbortController();
  const aborted = shop.GET("/cart", { signal: controller.signal });
  const other = shop.GET("/orders");
  await settle();
  controller.abort(new Error("left the page"));
  await assert.rejects(aborted, /left the page/);
  release();
  assert.ok((await other).response.ok);
});

test("a renewal that hangs fails after 20 seconds", async (context) => {
  const { sessions, shop } = await loggedIn();
  sessions.onRefresh = () => new Promise(() => {});
  sessions.expire();
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const rejected = assert.rejects(shop.GET("/cart"), (error) => isProblem(error, "network"));
  await settle();
  context.mock.timers.tick(20_000);
  await rejected;
});

test("a logout ends the session here even if the shop cannot be reached", async () => {
  const { session, storage, changes, requests } = await loggedIn({
    intercept: (path) => (path === "/auth/logout" ? problem(503, "unavailable") : undefined),
  });
  await assert.rejects(session.logOut(), (error) => isProblem(error, "unavailable"));
  assert.equal(await stored(storage), null);
  assert.deepEqual(changes, ["started", "ended"]);
  await session.logOut();
  assert.deepEqual(requests, ["POST /auth/logout"]);
});

test("in cookie mode the storage has the user only", async () => {
  const { shop, storage, headers, sessions, session, requests } = await loggedIn({ mode: "cookie" });
  assert.deepEqual(await stored(storage), { user: { id: "u1", role: "customer" } });
  await ok(shop.GET("/cart"));
  assert.equal(headers[0]?.get("authorization"), "Bearer a1");
  assert.equal(headers[0]?.get("x-ferrocart-session"), null);
  sessions.expire();
  await ok(shop.GET("/cart"));
  assert.deepEqual(requests, ["GET /cart", "GET /cart", "POST /auth/refresh", "GET /cart"]);
  assert.equal(headers[2]?.get("x-ferrocart-session"), "cookie");
  await session.logOut();
  assert.equal(await stored(storage), null);
});

test("in cookie mode a new page requests its first token, and a visitor's page none", async () => {
  const { storage, sessions } = await loggedIn({ mode: "cookie" });
  const credentialsOfRequests: RequestCredentials[] = [];
  const { fetch, requests } = fakeFetch((request, path) => {
    credentialsOfRequests.push(request.credentials);
    return sessions.handle(request, path);
  });
  const session = createSession({ baseUrl, fetch, storage, mode: "cookie" });
  const shop = createShop({ baseUrl, fetch, session });
  await Promise.all([ok(shop.GET("/cart")), ok(shop.GET("/orders"))]);
  assert.deepEqual(requests, ["POST /auth/refresh", "GET /cart", "GET /orders"]);
  assert.deepEqual(credentialsOfRequests, ["include", "same-origin", "same-origin"]);
  const visitor = createSession({ baseUrl, fetch, mode: "cookie" });
  await createShop({ baseUrl, fetch, session: visitor }).GET("/cart");
  assert.equal(requests.at(-1), "GET /cart");
  assert.equal(requests.length, 4);
});

test("what is no session in the storage is ignored", async () => {
  for (const text of ["", "{", "[]", "null", "1", '{"user": {}}', '{"user": {"id": "u1"}}']) {
    const storage = memoryStorage();
    await storage.setItem("ferrocart.session", text);
    assert.equal(await createSession({ baseUrl, storage }).accessToken(), null, text);
  }
});
