// A shop in memory: responds to the requests of the tests, and records them.

import type { KeyValueStorage } from "../src/index.ts";

export const baseUrl = "https://shop.example.com/api/v1";

/** The response to a request. */
export type Handler = (request: Request, path: string) => Response | Promise<Response>;

/** Returns a `fetch` for the handler, and the list of requests that it has received, as `GET /products`. */
export function fakeFetch(handler: Handler) {
  const requests: string[] = [];
  const fakeFetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const path = request.url.slice(baseUrl.length);
    requests.push(`${request.method} ${path}`);
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener("abort", () => reject(request.signal.reason));
    });
    return await Promise.race([handler(request, path), aborted]);
  };
  return { fetch: fakeFetch as typeof fetch, requests };
}

/** A JSON response. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

/** A problem, with the members that all have. */
export function problem(
  status: number,
  code: string,
  extra: object = {},
  headers: Record<string, string> = {},
): Response {
  const body = {
    type: `urn:ferrocart:problem:${code}`,
    title: "",
    status,
    detail: code,
    request_id: "r",
    code,
    ...extra,
  };
  return json(body, status, { "content-type": "application/problem+json", ...headers });
}

/** The accounts and sessions of a shop: refresh tokens `r1`, `r2`, .. and access tokens `a1`, `a2`, .. */
export class FakeSessions {
  role = "customer";
  generation = 0;
  /** Whether the shop has ended the session. */
  hasEnded = false;
  /** The access tokens that the shop accepts. */
  accepted = new Set<string>();
  /** Runs before each response to a refresh. */
  onRefresh: () => void | Promise<void> = () => {};

  /** Access tokens expire. */
  expire() {
    this.accepted.clear();
  }

  readonly handle: Handler = async (request, path) => {
    const isCookie = request.headers.get("x-ferrocart-session") === "cookie";
    if (path.startsWith("/auth/login")) return this.#tokens(path.endsWith("?session=cookie"));
    if (path === "/auth/logout") {
      this.hasEnded = true;
      return new Response(null, { status: 204 });
    }
    if (path === "/auth/refresh") {
      const { refresh_token = null } = (await request.json()) as { refresh_token?: string };
      await this.onRefresh();
      const isCurrent = isCookie ? refresh_token === null : refresh_token === `r${this.generation}`;
      if (this.hasEnded || !isCurrent) return problem(401, "invalid_credentials");
      return this.#tokens(isCookie);
    }
    const token = request.headers.get("authorization")?.replace("Bearer ", "");
    if (token === undefined)
      return path.startsWith("/products") ? json({ items: [], next_cursor: null }) : problem(401, "unauthenticated");
    if (!this.accepted.has(token)) return problem(401, "token_expired");
    return json({ path, token });
  };

  #tokens(isCookie: boolean): Response {
    this.generation += 1;
    const access_token = `a${this.generation}`;
    this.accepted.add(access_token);
    const refresh_token = isCookie ? null : `r${this.generation}`;
    const user = { id: "u1", role: this.role, name: "Ada", email: "ada@example.com", addresses: [], created_at: "" };
    return json({ access_token, refresh_token, expires_in: 900, token_type: "Bearer", user });
  }
}

/** Returns the stored texts of a storage under a key, for comparison. */
export async function stored(storage: KeyValueStorage, key = "ferrocart.session"): Promise<unknown> {
  return JSON.parse((await storage.getItem(key)) ?? "null");
}

/** Lets all requests and tasks that need no timer proceed. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export const credentials = { email: "ada@example.com", password: "correct horse" };
