// Sessions: logging in and out, and access tokens, which are renewed once for all tabs.

import createClient from "openapi-fetch";
import { ok } from "./ok.ts";
import { isProblem, ShopError } from "./problem.ts";
import { retry } from "./retry.ts";
import type { components, paths } from "./schema.ts";
import { type ConnectionOptions, rejectUnexpected, send } from "./send.ts";
import { parseState, type SessionMode, type SessionUser, type State, stateStore } from "./session-state.ts";
import { exclusively, type KeyValueStorage, memoryStorage } from "./storage.ts";

type Schemas = components["schemas"];

/** `ended`: by a logout, or in another tab. `expired`: the shop has ended the session. */
export type SessionChange = "started" | "ended" | "expired";

/** The session of a buyer or an administrator. */
export interface Session {
  /** Starts a session. */
  logIn(credentials: Schemas["LogIn"]): Promise<Schemas["User"]>;
  /** Creates an account and starts a session. */
  register(account: Schemas["RegisterUser"]): Promise<Schemas["User"]>;
  /** Ends the session. Its tokens are removed in any case; an error means that the shop may still accept them. */
  logOut(): Promise<void>;
  /** Returns the user, without a request; null if there is no session. */
  user(): Promise<SessionUser | null>;
  /** Calls the listener after each change, also in another tab. Returns a function that ends this. */
  subscribe(listener: (change: SessionChange) => void): () => void;
  /** Returns an access token, renewed if it has expired; null if there is no session. */
  accessToken(): Promise<string | null>;
  /** Returns an access token instead of one that the shop has rejected; null if the session has ended. */
  renew(rejected: string | null): Promise<string | null>;
}

/** How a session is kept. */
export interface SessionOptions extends ConnectionOptions {
  /**
   * `token`, the default: the storage has all tokens. `cookie`: the refresh token is in an `HttpOnly` cookie, the access
   * token in the memory of the page, and the storage has the user only. Cookies need a page on the same site as the API.
   */
  mode?: SessionMode;
  /** Where the session is kept; by default in memory. */
  storage?: KeyValueStorage;
  /** The key in the storage, and the name of the lock. */
  key?: string;
}

/** The time after which a request has failed, in milliseconds. Other tabs wait for it. */
const TIMEOUT = 20_000;
/** An access token is renewed this many milliseconds before it expires. */
const MARGIN = 5_000;

/** Creates a session. If the storage has one, it continues. */
export function createSession(options: SessionOptions): Session {
  const { mode = "token", storage = memoryStorage(), key = "ferrocart.session" } = options;
  const store = stateStore(mode, storage, key);
  const requests = sessionRequests(options, mode);
  const exclusive = <T>(task: () => Promise<T>) => exclusively(storage, key, task);
  const listeners = new Set<(change: SessionChange) => void>();
  const emit = (change: SessionChange) => {
    for (const listener of [...listeners]) listener(change);
  };
  let unsubscribe: (() => void) | undefined;
  let renewal: { rejected: string | null; result: Promise<string | null> } | undefined;

  // A renewal under way must not store its tokens after those of a new session, or in `cookie` mode its cookie.
  async function start(request: () => Promise<Schemas["Session"]>): Promise<Schemas["User"]> {
    const { user } = await exclusive(async () => {
      const tokens = await request();
      await store.write(tokens);
      return tokens;
    });
    emit("started");
    return user;
  }

  /** Returns the token that another tab has received since, or requests one. Returns null if the session has ended. */
  async function replace(rejected: string | null): Promise<{ token: string | null; hasExpired: boolean }> {
    const state = await store.read();
    if (state === null) return { token: null, hasExpired: false };
    if (state.access_token !== rejected && isUsable(state)) return { token: state.access_token, hasExpired: false };
    try {
      const tokens = await requests.refresh(state.refresh_token);
      // Without locks, another tab may have replaced or ended the session during the request.
      const latest = await store.read();
      if (latest?.refresh_token === state.refresh_token) await store.write(tokens);
      return { token: latest && tokens.access_token, hasExpired: false };
    } catch (error) {
      if (!isProblem(error, "invalid_credentials", "validation_failed")) throw error;
      const latest = await store.read();
      if (latest && latest.refresh_token !== state.refresh_token)
        return { token: latest.access_token, hasExpired: false };
      await store.clear();
      return { token: null, hasExpired: latest !== null };
    }
  }

  function renew(rejected: string | null): Promise<string | null> {
    if (renewal?.rejected === rejected) return renewal.result;
    const result = exclusive(() => replace(rejected))
      .finally(() => {
        if (renewal?.result === result) renewal = undefined;
      })
      .then(({ token, hasExpired }) => {
        if (hasExpired) emit("expired");
        return token;
      });
    renewal = { rejected, result };
    return result;
  }

  return {
    logIn: (credentials) => start(() => requests.logIn(credentials)),
    register: (account) => start(() => requests.register(account)),
    async logOut() {
      const end = async () => {
        const state = await store.read();
        await store.clear();
        if (state) await requests.logOut(state.refresh_token);
      };
      await exclusive(end).finally(() => emit("ended"));
    },
    user: async () => (await store.read())?.user ?? null,
    subscribe(listener) {
      listeners.add(listener);
      unsubscribe ??= storage.subscribe?.(key, (before, after) => {
        const [earlier, later] = [parseState(before)?.user.id, parseState(after)?.user.id];
        if (earlier !== later) emit(later === undefined ? "ended" : "started");
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        unsubscribe?.();
        unsubscribe = undefined;
      };
    },
    async accessToken() {
      const state = await store.read();
      return state === null || isUsable(state) ? (state?.access_token ?? null) : renew(state.access_token);
    },
    renew,
  };
}

function isUsable({ access_token, expires_at }: State): boolean {
  return access_token !== null && Date.now() < expires_at - MARGIN;
}

/** The requests that start, continue and end a session. */
function sessionRequests({ baseUrl, headers = {}, fetch }: ConnectionOptions, mode: SessionMode) {
  const isCookie = mode === "cookie";
  const client = createClient<paths>({
    baseUrl,
    headers: isCookie ? { ...headers, "X-Ferrocart-Session": "cookie" } : headers,
    fetch: rejectUnexpected(retry(send(fetch))),
    ...(isCookie && { credentials: "include" }),
  });
  const params = isCookie ? { query: { session: "cookie" as const } } : {};
  const presented = (refresh_token: string | null) => (isCookie ? {} : { refresh_token });
  return {
    logIn: (body: Schemas["LogIn"]) => limited((signal) => ok(client.POST("/auth/login", { params, body, signal }))),
    register: (body: Schemas["RegisterUser"]) =>
      limited((signal) => ok(client.POST("/auth/register", { params, body, signal }))),
    refresh: (token: string | null) =>
      limited((signal) => ok(client.POST("/auth/refresh", { body: presented(token), signal }))),
    logOut: (token: string | null) =>
      limited((signal) => ok(client.POST("/auth/logout", { body: presented(token), signal }))),
  };
}

/** Limits the time of a request. */
async function limited<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT);
  try {
    return await request(controller.signal);
  } catch (cause) {
    if (!controller.signal.aborted) throw cause;
    throw new ShopError({ code: "network", detail: "no response from the shop" }, { cause });
  } finally {
    clearTimeout(timer);
  }
}
