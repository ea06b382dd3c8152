// The Payment Element, and the group that it belongs to.

/** Options that are accepted without an effect: they change the looks of Stripe's form, or ask for more than a card. */
const PAYMENT_OPTIONS = ["business", "defaultValues", "fields", "layout", "paymentMethodOrder", "readOnly", "terms", "wallets"];
const PRESENTATION_OPTIONS = ["appearance", "fonts", "loader", "locale"];

/** The Payment Element, which asks for a card. */
class PaymentElement {
  #context;
  #onDestroy;
  #frame = null;
  #handlers = new Map();

  constructor(context, onDestroy) {
    this.#context = context;
    this.#onDestroy = onDestroy;
  }

  /** The iframe while the element is mounted. */
  static frameOf(element) {
    if (!element?.#frame) {
      const message = "We could not retrieve data from the specified Element. Please make sure the Element you are " +
        "attempting to use is still mounted.";
      throw new IntegrationError(message);
    }
    return element.#frame;
  }

  mount(target) {
    const container = typeof target === "string" ? document.querySelector(target) : target;
    if (!(container instanceof Element)) {
      throw new IntegrationError(`The selector you specified (${target}) applies to no DOM elements that are currently on the page.`);
    }
    if (this.#frame) throw new IntegrationError("The Element is mounted already.");
    const onEvent = (event, detail) => this.#emit(event, detail);
    this.#frame = new Frame("/elements/payment", "Secure payment input frame", this.#context, onEvent);
    container.replaceChildren(this.#frame.element);
  }

  unmount() {
    this.#frame?.remove();
    this.#frame = null;
  }

  destroy() {
    this.unmount();
    this.#handlers.clear();
    this.#onDestroy();
  }

  /** Accepts what `elements.create()` does. None of it changes the card form. */
  update(options) {
    allowOnly("element.update()", options, PAYMENT_OPTIONS);
  }

  focus() {
    this.#frame?.element.focus();
    this.#frame?.request("focus");
  }

  blur() {
    this.#frame?.request("blur");
  }

  clear() {
    this.#frame?.request("clear");
  }

  on(event, handler) {
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler]);
    return this;
  }

  once(event, handler) {
    const first = (detail) => {
      this.off(event, first);
      handler(detail);
    };
    return this.on(event, first);
  }

  off(event, handler) {
    const kept = handler ? (this.#handlers.get(event) ?? []).filter((it) => it !== handler) : [];
    this.#handlers.set(event, kept);
    return this;
  }

  #emit(event, detail) {
    if (event === "resize") {
      this.#frame.element.style.height = `${detail.height}px`;
      return;
    }
    for (const handler of this.#handlers.get(event) ?? []) handler({ elementType: "payment", ...detail });
  }
}

/** The elements of one payment intent. */
class Elements {
  #context;
  #payment = null;

  constructor(key, options) {
    allowOnly("stripe.elements()", options, ["clientSecret", ...PRESENTATION_OPTIONS]);
    intentOf("elements() clientSecret", options.clientSecret);
    this.#context = { key, clientSecret: options.clientSecret };
  }

  static contextOf(elements) {
    if (!(elements instanceof Elements)) throw new IntegrationError("elements must be what stripe.elements() returned");
    return elements.#context;
  }

  create(type, options = {}) {
    if (type !== "payment") throw new IntegrationError(`The stand-in has no Element of the type ${type}.`);
    if (this.#payment) throw new IntegrationError("Can only create one Element of type payment.");
    allowOnly("elements.create()", options, PAYMENT_OPTIONS);
    this.#payment = new PaymentElement(this.#context, () => (this.#payment = null));
    return this.#payment;
  }

  update(options) {
    allowOnly("elements.update()", options, PRESENTATION_OPTIONS);
  }

  getElement(type) {
    return type === "payment" ? this.#payment : null;
  }

  /** Validates the form. The errors are shown in it, too. */
  async submit() {
    return PaymentElement.frameOf(this.#payment).request("submit");
  }
}
