// From the response of a call to its data, or to the error.

import { type ApiProblem, retryAfter, ShopError } from "./problem.ts";

/** A response as a call of the client returns it. */
type Result<Data> =
  | { data: Data; error?: never; response: Response }
  | { data?: never; error: unknown; response: Response };

/** Returns the data of a response. Throws a {@link ShopError} if the request has failed. */
export async function ok<Data>(call: Promise<Result<Data>>): Promise<Data> {
  let result: Result<Data>;
  try {
    result = await call;
  } catch (error) {
    // The connection ended, or the text did, before the response was complete.
    const isIncomplete = error instanceof TypeError || error instanceof SyntaxError;
    throw isIncomplete ? new ShopError({ code: "network", detail: error.message }, { cause: error }) : error;
  }
  const { response } = result;
  if (response.ok) return result.data as Data;
  if (response.status < 400) {
    const detail = `the response has the status ${response.status}`;
    throw new ShopError({ code: "unexpected_response", detail, status: response.status });
  }
  throw new ShopError(result.error as ApiProblem, { retryAfter: retryAfter(response) });
}
