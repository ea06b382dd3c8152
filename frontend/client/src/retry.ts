// Repeating requests after `Retry-After`.

import { retryAfter } from "./problem.ts";
import { copy, type Send } from "./send.ts";
import { sleep } from "./sleep.ts";

/** The number of times that a request is sent at most. */
const ATTEMPTS = 3;
/** A response that suggests a longer wait, in seconds, is returned at once. */
const LONGEST_WAIT = 10;

/** Repeats requests whose repetition has no further effect, if the response suggests a time for it. */
export function retry(send: Send): Send {
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt === ATTEMPTS || !isRepeatable(request);
      const response = await send(isLast ? request : copy(request));
      const wait = response.ok ? undefined : retryAfter(response);
      if (isLast || wait === undefined || wait > LONGEST_WAIT) return response;
      await response.body?.cancel();
      // Clients that were rejected together do not return together.
      await sleep(1000 * wait * (1 + Math.random() / 4), request.signal);
    }
  };
}

/**
 * Returns whether the second of two identical requests has no effect of its own, and the response of the first. A
 * `PUT` with `If-Match` has not: its repetition would be rejected, because the first one has changed the version.
 */
function isRepeatable({ method, headers, url }: Request): boolean {
  switch (method) {
    case "GET":
    case "HEAD":
      return true;
    case "PUT":
    case "DELETE":
      return !headers.has("if-match");
    default:
      return headers.has("idempotency-key") || url.endsWith("/auth/refresh");
  }
}
