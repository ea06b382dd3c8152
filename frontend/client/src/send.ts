// Sending one request, and what counts as a response.

import { retryAfter, ShopError } from "./problem.ts";

/** Where a shop is, and how requests are sent to it. */
export interface ConnectionOptions {
  /** The base URL of the API, such as `https://shop.example.com/api/v1`. In a page it may be a path. */
  baseUrl: string;
  /** Headers of all requests. */
  headers?: Record<string, string>;
  /** Sends the requests instead of the global `fetch`. */
  fetch?: typeof fetch;
}

/** Sends a request. */
export type Send = (request: Request) => Promise<Response>;

/** Sends requests by `fetch`. A request without a response is rejected with the problem `network`. */
export function send(fetcher: typeof fetch | undefined): Send {
  return async (request) => {
    try {
      // Read at each call: tests, tracing libraries and Next.js replace the global function.
      return await (fetcher ?? globalThis.fetch)(request, nextOptions(request));
    } catch (cause) {
      if (request.signal.aborted) throw cause;
      throw new ShopError({ code: "network", detail: "no response from the shop" }, { cause });
    }
  };
}

/** The options of Next.js, which `openapi-fetch` attaches to the request. A copy of a request would lose them. */
function nextOptions(request: Request & { next?: unknown }): RequestInit | undefined {
  return request.next === undefined ? undefined : ({ next: request.next } as RequestInit);
}

/** Copies a request that may be sent again. */
export function copy(request: Request & { next?: unknown }): Request {
  return Object.assign(request.clone(), request.next === undefined ? {} : { next: request.next });
}

/** Rejects errors that are no problems of the shop with the problem `unexpected_response`. */
export function rejectUnexpected(sendRequest: Send): Send {
  return async (request) => {
    const response = await sendRequest(request);
    const type = response.headers.get("content-type") ?? "";
    if (response.status < 400 || type.startsWith("application/problem+json")) return response;
    await response.body?.cancel();
    const { status } = response;
    const problem = { code: "unexpected_response", detail: `the response has the status ${status}`, status } as const;
    throw new ShopError(problem, { retryAfter: retryAfter(response) });
  };
}
