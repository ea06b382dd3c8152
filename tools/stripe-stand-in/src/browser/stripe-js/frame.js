// What all parts of Stripe.js use: errors, calls of the API, and iframes from the stand-in's origin.

const ORIGIN = new URL(document.currentScript.src).origin;
const CONNECTION_ERROR = {
  type: "api_connection_error",
  message: "We are experiencing issues connecting to our payments provider. Please check your internet connection and try again.",
};
const AUTHENTICATION_ERROR =
  "We are unable to authenticate your payment method. Please choose a different payment method and try again.";

/** An error of the page's programmer. Errors of buyers and cards are returned instead. */
class IntegrationError extends Error {
  name = "IntegrationError";
}

/** Rejects options that Stripe.js has and the stand-in has not, and those that neither has. */
function allowOnly(call, options, allowed) {
  if (options === null || typeof options !== "object") throw new IntegrationError(`${call}: expected an object`);
  const unknown = Object.keys(options).find((name) => !allowed.includes(name));
  if (unknown) throw new IntegrationError(`${call}: the stand-in does not support the option ${unknown}`);
  return options;
}

/** Splits a client secret: `pi_1_secret_2` belongs to `pi_1`. */
function intentOf(call, clientSecret) {
  const id = /^(pi_\w+?)_secret_\w+$/.exec(clientSecret)?.[1];
  if (!id) throw new IntegrationError(`Invalid value for ${call}: ${clientSecret} is no client secret of a PaymentIntent`);
  return id;
}

/** Retrieves a payment intent with the publishable key. Returns `{paymentIntent}` or `{error}`. */
async function retrieve(key, id, clientSecret) {
  const url = `${ORIGIN}/v1/payment_intents/${id}?${new URLSearchParams({ client_secret: clientSecret })}`;
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
    const body = await response.json();
    return response.ok ? { paymentIntent: body } : { error: body.error };
  } catch {
    return { error: CONNECTION_ERROR };
  }
}

/** An iframe with a page of the stand-in, and a channel to it. */
class Frame {
  element = document.createElement("iframe");
  #port;
  #pending = new Map();

  constructor(path, title, context, onEvent) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => {
      if (data.event) onEvent(data.event, data.detail);
      else this.#pending.get(data.id)?.(data.result);
    };
    this.element.title = title;
    this.element.src = ORIGIN + path;
    Object.assign(this.element.style, { border: "0", colorScheme: "light", display: "block", width: "100%" });
    const connect = () => this.element.contentWindow.postMessage(context, ORIGIN, [port2]);
    this.element.addEventListener("load", connect, { once: true });
  }

  /** Sends a request, and returns its result. */
  request(method, params) {
    const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      this.#port.postMessage({ id, method, params });
    });
  }

  remove() {
    this.#port.close();
    this.element.remove();
  }
}
