// Access tokens in requests.

import { copy, type Send } from "./send.ts";
import type { Session } from "./session.ts";
import { abortable } from "./sleep.ts";

/** Adds the access token of a session. If the shop rejects it, renews it once and repeats the request. */
export function authorize(send: Send, session: Session, baseUrl: string): Send {
  return async (request) => {
    const user = await session.user();
    if (user === null || (isPublic(request, baseUrl) && user.role !== "admin")) return send(request);
    const token = await abortable(session.accessToken(), request.signal);
    if (token === null) return send(request);
    const response = await send(withToken(copy(request), token));
    if (response.status !== 401 || !(await isRejectedToken(response))) return response;
    const renewed = await abortable(session.renew(token), request.signal);
    return renewed === null ? response : send(withToken(request, renewed));
  };
}

/**
 * Returns whether the response is the same for everyone but administrators. Such a request carries no token: browsers
 * and proxies can cache the response, and a page of another origin needs no preflight for it.
 */
function isPublic({ method, url }: Request, baseUrl: string): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const base = new URL(baseUrl, url).pathname.replace(/\/$/, "");
  return /^\/(products|health|openapi\.json)(\/|$)/.test(new URL(url).pathname.slice(base.length));
}

/** Returns whether the shop rejects the token, and not, for example, a password. */
async function isRejectedToken(response: Response): Promise<boolean> {
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const code = problem && typeof problem === "object" && "code" in problem ? problem.code : undefined;
  return code === "token_expired" || code === "unauthenticated";
}

function withToken(request: Request, token: string): Request {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}
