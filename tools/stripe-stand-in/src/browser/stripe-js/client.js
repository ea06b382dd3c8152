// `Stripe()`: confirms and retrieves payment intents.

/** Shows the page on which the buyer's bank asks for consent, until the buyer has decided. */
function showChallenge(context) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", "Authentication of the payment");
    const frame = new Frame("/elements/three-d-secure", "3D Secure authentication", context, () => {
      dialog.close();
      frame.remove();
      dialog.remove();
      resolve();
    });
    Object.assign(dialog.style, { border: "0", borderRadius: "8px", maxWidth: "90vw", padding: "0", width: "400px" });
    frame.element.style.height = "260px";
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      frame.request("fail");
    });
    dialog.append(frame.element);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Returns why an intent is neither paid nor being paid. */
function failure(paymentIntent) {
  const error = paymentIntent.last_payment_error ?? {
    type: "invalid_request_error",
    code: "payment_intent_unexpected_state",
    message: `This PaymentIntent has a status of ${paymentIntent.status}.`,
  };
  const isUnauthenticated = error.code === "payment_intent_authentication_failure";
  const message = isUnauthenticated ? AUTHENTICATION_ERROR : error.message;
  return { error: { ...error, message, payment_intent: paymentIntent } };
}

/** Leaves the page for the return URL, which states the outcome. The returned promise stays pending. */
function leave(returnUrl, { id, client_secret, status }) {
  const url = new URL(returnUrl);
  url.searchParams.set("payment_intent", id);
  url.searchParams.set("payment_intent_client_secret", client_secret);
  url.searchParams.set("redirect_status", status === "succeeded" ? "succeeded" : "pending");
  location.assign(url);
  return new Promise(() => {});
}

class StripeClient {
  #key;

  constructor(key) {
    this.#key = key;
  }

  elements(options = {}) {
    return new Elements(this.#key, options);
  }

  async retrievePaymentIntent(clientSecret) {
    const id = intentOf("stripe.retrievePaymentIntent() intent secret", clientSecret);
    return retrieve(this.#key, id, clientSecret);
  }

  async confirmPayment(options) {
    const call = "stripe.confirmPayment()";
    allowOnly(call, options, ["clientSecret", "confirmParams", "elements", "redirect"]);
    const { elements, confirmParams = {}, redirect = "always" } = options;
    if (!["always", "if_required"].includes(redirect)) throw new IntegrationError(`${call}: redirect must be always or if_required`);
    if (redirect === "always" && !confirmParams.return_url) {
      throw new IntegrationError(`${call}: confirmParams.return_url is required unless redirect is if_required`);
    }
    const context = Elements.contextOf(elements);
    if ((options.clientSecret ?? context.clientSecret) !== context.clientSecret) {
      throw new IntegrationError(`${call}: elements has another clientSecret`);
    }
    const frame = PaymentElement.frameOf(elements.getElement("payment"));
    const confirmed = await frame.request("confirm", confirmParams);
    if (confirmed.error) return confirmed;
    const result = await this.#finish(context, confirmed);
    return result.paymentIntent && redirect === "always" ? leave(confirmParams.return_url, result.paymentIntent) : result;
  }

  /** Lets the buyer authenticate if necessary, and returns the outcome. */
  async #finish(context, confirmed) {
    let result = confirmed;
    if (result.paymentIntent.status === "requires_action") {
      await showChallenge(context);
      result = await this.retrievePaymentIntent(context.clientSecret);
    }
    const isPaid = ["processing", "succeeded"].includes(result.paymentIntent?.status);
    return result.error || isPaid ? result : failure(result.paymentIntent);
  }
}

// `@stripe/react-stripe-js` recognizes Stripe.js by these methods.
for (const name of ["confirmCardPayment", "createPaymentMethod", "createToken"]) {
  StripeClient.prototype[name] = () => {
    throw new IntegrationError(`The stand-in has no stripe.${name}().`);
  };
}

/** Initializes Stripe.js with a publishable key, also after `new`. */
function Stripe(key, options = {}) {
  if (!key) throw new IntegrationError("Please call Stripe() with your publishable key. You used an empty string.");
  if (/^[sr]k_/.test(key)) {
    throw new IntegrationError("You should not use your secret key with Stripe.js. Please pass a publishable key instead.");
  }
  allowOnly("Stripe()", options, ["developerTools", "locale"]);
  return new StripeClient(key);
}

Stripe.version = "clover";
window.Stripe = Stripe;
