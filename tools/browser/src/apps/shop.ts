// The shop without a browser: what another customer or administrator does while a page is open, and Stripe's faults.

export interface Account {
  email: string;
  password: string;
}

type Json = Record<string, unknown>;

/** A response, of which a scenario reads a few fields. */
type Response = any;

export class Shop {
  readonly #api: string;
  readonly #stripe: string;
  readonly #administrator: Account;
  #token: Promise<string> | undefined;

  constructor(api: string, stripe: string, administrator: Account) {
    this.#api = api;
    this.#stripe = stripe;
    this.#administrator = administrator;
  }

  get administrator(): Account {
    return this.#administrator;
  }

  /** Registers a customer. Returns the access token. */
  async register(account: Account, name = "Ada Lovelace"): Promise<string> {
    return (await this.call("POST", "/auth/register", { name, ...account })).access_token;
  }

  async logIn(account: Account): Promise<string> {
    return (await this.call("POST", "/auth/login", account as unknown as Json)).access_token;
  }

  /** Calls the API as the administrator. */
  async asAdministrator(method: string, path: string, body?: Json): Promise<Response> {
    this.#token ??= this.logIn(this.#administrator);
    return this.call(method, path, body, await this.#token);
  }

  /** Adds a product with one variant in stock. Returns the product. */
  addProduct(name: string, details: Json = {}, stock = 5): Promise<Response> {
    const variants = [{ sku: `SKU-${crypto.randomUUID()}`, stock_quantity: stock }];
    const product = { name, description: "A product of a test.", category: "Things", base_price: 19.99, variants };
    return this.asAdministrator("POST", "/products", { ...product, ...details });
  }

  /** Places an order of one piece for a new customer, without a browser. Returns the order. */
  async buy(product: Response): Promise<Response> {
    const token = await this.register(newAccount());
    const line = { product_id: product.id, variant_sku: product.variants[0].sku, quantity: 1 };
    await this.call("POST", "/cart/items", line, token);
    const address = { type: "shipping", street: "1 Main Street", city: "Springfield", state: "IL", zip: "62701", country: "US" };
    return this.call("POST", "/orders", { shipping_address: address }, token);
  }

  /** Places an order and pays it. Returns the order after Stripe's event. */
  async sell(product: Response): Promise<Response> {
    const { id, payment } = await this.buy(product);
    const body = new URLSearchParams({
      payment_method: "pm_card_visa",
      client_secret: payment.client_secret,
      use_stripe_sdk: "true",
    });
    const headers = { authorization: `Bearer ${payment.publishable_key}` };
    const url = `${this.#stripe}/v1/payment_intents/${payment.intent_id}/confirm`;
    const response = await fetch(url, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return this.until(`/admin/orders/${id}`, ({ status }) => status === "processing");
  }

  /** Reads as the administrator until the condition holds. Returns what was read then. */
  async until(path: string, holds: (response: Response) => boolean): Promise<Response> {
    for (;;) {
      const response = await this.asAdministrator("GET", path);
      if (holds(response)) return response;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Calls the control API of the stand-in for Stripe. */
  async control(method: string, path: string, body?: Json): Promise<Response> {
    const url = `${this.#stripe}/_stand-in/${path}`;
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async call(method: string, path: string, body?: Json, token?: string): Promise<Response> {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    if (body) headers["content-type"] = "application/json";
    const response = await fetch(this.#api + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }
}

export function newAccount(): Account {
  return { email: `ada-${crypto.randomUUID()}@example.com`, password: "correct horse battery" };
}
