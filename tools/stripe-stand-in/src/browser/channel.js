// The channel between a page of the stand-in in an iframe and the stand-in's Stripe.js around it.

/**
 * Waits for the surrounding page. Returns its context, and a function that sends events to it. `handlers` respond to its
 * requests.
 */
export function connect(handlers) {
  return new Promise((resolve) => {
    const accept = ({ source, data: context, ports: [port] }) => {
      if (source !== window.parent || !port) return;
      removeEventListener("message", accept);
      port.onmessage = async ({ data: { id, method, params } }) => {
        port.postMessage({ id, result: await handlers[method](params) });
      };
      resolve({ context, send: (event, detail = {}) => port.postMessage({ event, detail }) });
    };
    addEventListener("message", accept);
  });
}

/** Calls the API with the publishable key. Returns the object, or throws the error of the API. */
export async function callApi(key, method, path, params = {}) {
  const form = new URLSearchParams(flatten(params));
  const [url, body] = method === "GET" ? [`${path}?${form}`, undefined] : [path, form];
  let response;
  try {
    response = await fetch(url, { method, body, headers: { authorization: `Bearer ${key}` } });
  } catch {
    throw { type: "api_connection_error", message: "We are experiencing issues connecting to our payments provider." };
  }
  const result = await response.json();
  if (!response.ok) throw result.error;
  return result;
}

/** Returns the id in a client secret: `pi_1_secret_2` belongs to `pi_1`. */
export function intentOf(clientSecret) {
  return clientSecret.split("_secret_")[0];
}

/** Names nested parameters as in a form: `billing_details[name]`. Absent values are omitted. */
function flatten(params, prefix = "") {
  return Object.entries(params).flatMap(([name, value]) => {
    const key = prefix ? `${prefix}[${name}]` : name;
    if (value == null) return [];
    return typeof value === "object" ? flatten(value, key) : [[key, String(value)]];
  });
}
