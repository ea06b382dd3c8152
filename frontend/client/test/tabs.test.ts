// Several tabs of a browser share one session.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browserStorage, createSession, createShop, ok, type SessionChange } from "../src/index.ts";
import { FakeBrowser } from "./fake-browser.ts";
import { baseUrl, credentials, FakeSessions, fakeFetch, settle, stored } from "./fake-shop.ts";

/** A browser whose tabs share the session of one login. */
class Tabs {
  readonly browser = new FakeBrowser();
  readonly sessions = new FakeSessions();
  readonly #connection = fakeFetch((request, path) => this.sessions.handle(request, path));

  get refreshes(): number {
    return this.#connection.requests.filter((request) => request === "POST /auth/refresh").length;
  }

  open(options: { hasLocks?: boolean; mode?: "token" | "cookie" } = {}) {
    const { fetch } = this.#connection;
    const storage = this.browser.tab(options);
    const session = createSession({ baseUrl, fetch, storage, mode: options.mode ?? "token" });
    const changes: SessionChange[] = [];
    session.subscribe((change) => changes.push(change));
    return { storage, session, changes, shop: createShop({ baseUrl, fetch, session }) };
  }
}

for (const mode of ["token", "cookie"] as const) {
  test(`tabs with locks refresh one after the other (${mode})`, async () => {
    const tabs = new Tabs();
    const [one, two] = [tabs.open({ mode }), tabs.open({ mode })];
    await one.session.logIn(credentials);
    let concurrent = 0;
    tabs.sessions.onRefresh = async () => {
      concurrent += 1;
      assert.equal(concurrent, 1);
      await settle();
      concurrent -= 1;
    };
    tabs.sessions.expire();
    await Promise.all([one, two, one, two].map(({ shop }) => ok(shop.GET("/cart"))));
    // With cookies each page needs an access token of its own.
    assert.equal(tabs.refreshes, mode === "token" ? 1 : 2);
    assert.equal(tabs.browser.locks.mostHeld, 1);
    assert.equal(tabs.browser.locks.held, 0);
  });
}

test("a tab uses the tokens that another tab has received", async () => {
  const tabs = new Tabs();
  const [one, two] = [tabs.open(), tabs.open()];
  await one.session.logIn(credentials);
  assert.equal(await two.session.accessToken(), "a1");
  tabs.sessions.expire();
  await ok(one.shop.GET("/cart"));
  await ok(two.shop.GET("/cart"));
  assert.equal(await two.session.renew("a1"), "a2");
  assert.equal(tabs.refreshes, 1);
});

test("without locks, tabs that refresh at the same time keep the session", async () => {
  const tabs = new Tabs();
  const [one, two] = [tabs.open({ hasLocks: false }), tabs.open({ hasLocks: false })];
  await one.session.logIn(credentials);
  // The first response arrives before the second request is decided: its token is then spent.
  let isFirst = true;
  tabs.sessions.onRefresh = async () => {
    if (!isFirst) await settle();
    isFirst = false;
  };
  tabs.sessions.expire();
  await Promise.all([ok(one.shop.GET("/cart")), ok(two.shop.GET("/cart"))]);
  assert.equal(tabs.refreshes, 2);
  assert.equal(((await stored(one.storage)) as { refresh_token: string }).refresh_token, "r2");
  assert.deepEqual([...one.changes, ...two.changes], ["started", "started"]);
});

test("a refresh does not restore a session that ended during it", async () => {
  const tabs = new Tabs();
  const [one, two] = [tabs.open({ hasLocks: false }), tabs.open({ hasLocks: false })];
  await one.session.logIn(credentials);
  tabs.sessions.onRefresh = () => two.storage.removeItem("ferrocart.session");
  tabs.sessions.expire();
  await one.shop.GET("/cart");
  assert.equal(await stored(one.storage), null);
});

test("all tabs learn of a login and a logout, and of no refresh", async () => {
  const tabs = new Tabs();
  const [one, two] = [tabs.open(), tabs.open()];
  await one.session.logIn(credentials);
  tabs.sessions.expire();
  await ok(one.shop.GET("/cart"));
  await settle();
  assert.deepEqual(two.changes, ["started"]);
  await two.session.logOut();
  await settle();
  assert.deepEqual(one.changes, ["started", "ended"]);
  assert.deepEqual(two.changes, ["started", "ended"]);
  assert.equal(await one.session.user(), null);
});

test("in cookie mode a tab forgets its token when another tab has logged out", async () => {
  const tabs = new Tabs();
  const [one, two] = [tabs.open({ mode: "cookie" }), tabs.open({ mode: "cookie" })];
  await one.session.logIn(credentials);
  assert.equal(await one.session.accessToken(), "a1");
  await two.session.logOut();
  assert.equal(await one.session.accessToken(), null);
});

test("a lock whose holder is suspended is not waited for longer than 25 seconds", async (context) => {
  const tabs = new Tabs();
  const one = tabs.open();
  await one.session.logIn(credentials);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const suspended = tabs.browser.locks.request(
    "ferrocart.session",
    { signal: new AbortController().signal } as never,
    () => new Promise(() => {}),
  );
  assert.ok(suspended);
  tabs.sessions.expire();
  const call = ok(one.shop.GET("/cart"));
  await settle();
  assert.equal(tabs.refreshes, 0);
  context.mock.timers.tick(25_000);
  await call;
  assert.equal(tabs.refreshes, 1);
});

test("listeners that are removed receive nothing", async () => {
  const tabs = new Tabs();
  const [one, two] = [tabs.open(), tabs.open()];
  const seen: string[] = [];
  const stop = two.session.subscribe((change) => seen.push(change));
  stop();
  await one.session.logIn(credentials);
  await settle();
  assert.deepEqual(seen, []);
  assert.deepEqual(two.changes, ["started"]);
});

test("a task that fails under a lock is not repeated without it", async () => {
  let runs = 0;
  const task = async () => {
    runs += 1;
    throw new Error("failed");
  };
  const storage = new FakeBrowser().tab();
  await assert.rejects(async () => storage.exclusive?.("name", task), /failed/);
  assert.equal(runs, 1);
});

test("events of another storage of the same browser are ignored", () => {
  const events = new EventTarget();
  const area = { getItem: () => null } as unknown as Storage;
  const storage = browserStorage({ area, events });
  const seen: (string | null)[] = [];
  storage.subscribe?.("key", (_before, after) => seen.push(after));
  const change = (storageArea: object) =>
    events.dispatchEvent(
      Object.assign(new Event("storage"), { key: "key", oldValue: null, newValue: "value", storageArea }),
    );
  change({});
  assert.deepEqual(seen, []);
  change(area);
  assert.deepEqual(seen, ["value"]);
});
