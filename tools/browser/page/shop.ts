// A small shop: the calls of a storefront and of a page for administrators, with nothing around them.

import type { StripeElements, Stripe } from "@stripe/stripe-js";

interface Payment {
  client_secret: string;
  publishable_key: string;
  script_url: string;
}

interface Order {
  id: string;
  status: string;
  payment: Payment;
}

/** The base URL of the API, which the first page of a visit receives. */
const parameters = new URLSearchParams(location.search);
const api = parameters.get("api") ?? sessionStorage.getItem("api") ?? "";
sessionStorage.setItem("api", api);

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function show(status: string) {
  element("status").textContent = status;
}

/** Calls the API. Throws the problem of an error response. */
async function call<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
  const headers = new Headers(more);
  const token = sessionStorage.getItem("token");
  if (token) headers.set("authorization", `Bearer ${token}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  const response = await fetch(api + path, { method, headers, body: JSON.stringify(body) });
  const result = response.status === 204 ? undefined : await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${result.code}: ${result.detail}`);
  return result;
}

/** Registers, buys one piece of the first product, and returns the unpaid order. */
async function placeOrder(): Promise<Order> {
  const { items } = await call<{ items: { id: string }[] }>("GET", "/products?in_stock=true&limit=1");
  const product = await call<{ id: string; variants: { sku: string }[] }>("GET", `/products/${items[0]?.id}`);
  const email = `ada-${crypto.randomUUID()}@example.com`;
  const account = { name: "Ada Lovelace", email, password: "correct horse battery" };
  const session = await call<{ access_token: string }>("POST", "/auth/register", account);
  sessionStorage.setItem("token", session.access_token);
  const line = { product_id: product.id, variant_sku: product.variants[0]?.sku, quantity: 1 };
  await call("POST", "/cart/items", line);
  const address = { type: "shipping", street: "1 Main Street", city: "Springfield", state: "IL", zip: "62701", country: "US" };
  const key = { "idempotency-key": crypto.randomUUID() };
  const order = await call<Order>("POST", "/orders", { shipping_address: address }, key);
  sessionStorage.setItem("order", order.id);
  return order;
}

/** Loads Stripe.js from where the order says. */
async function loadStripe({ script_url, publishable_key }: Payment): Promise<Stripe> {
  const script = document.createElement("script");
  script.src = script_url;
  await new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${script_url} cannot be loaded`)));
    document.head.append(script);
  });
  if (!window.Stripe) throw new Error(`${script_url} is not Stripe.js`);
  return window.Stripe(publishable_key);
}

async function pay(stripe: Stripe, elements: StripeElements) {
  const { error: invalid } = await elements.submit();
  if (invalid) return show(`invalid: ${invalid.message}`);
  const confirmParams = { return_url: `${location.origin}/return?from=shop` };
  if (parameters.get("redirect") === "if_required") {
    const { error, paymentIntent } = await stripe.confirmPayment({ elements, confirmParams, redirect: "if_required" });
    return error ? show(`not paid: ${error.message}`) : showPaid(paymentIntent.status);
  }
  const { error } = await stripe.confirmPayment({ elements, confirmParams });
  show(`not paid: ${error.message}`);
}

/** Waits for the webhook, which decides whether the order is paid. */
async function showPaid(intent: string) {
  const id = sessionStorage.getItem("order");
  let order = await call<Order>("GET", `/orders/${id}`);
  while (order.status === "pending") {
    await new Promise((resolve) => setTimeout(resolve, 100));
    order = await call<Order>("GET", `/orders/${id}`);
  }
  show(`paid: intent ${intent}, order ${order.status}`);
}

async function buy() {
  const { payment } = await placeOrder();
  const stripe = await loadStripe(payment);
  const elements = stripe.elements({ clientSecret: payment.client_secret });
  const card = elements.create("payment");
  card.on("ready", () => show("ready"));
  card.on("loaderror", ({ error }) => show(`not loaded: ${error.message}`));
  const form = element<HTMLFormElement>("payment");
  form.hidden = false;
  card.mount("#card");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show("paying");
    pay(stripe, elements).catch(report);
  });
}

/** The page to which Stripe.js returns. */
async function afterPayment() {
  const { payment } = await call<Order>("GET", `/orders/${sessionStorage.getItem("order")}`);
  const stripe = await loadStripe(payment);
  const { error, paymentIntent } = await stripe.retrievePaymentIntent(parameters.get("payment_intent_client_secret") ?? "");
  if (error) throw new Error(error.message);
  await showPaid(`${paymentIntent.status} (${parameters.get("redirect_status")})`);
}

/** Adds a picture to the first product, as an administrator. */
async function uploadPicture() {
  const [email, password] = ["email", "password"].map((id) => element<HTMLInputElement>(id).value);
  const session = await call<{ access_token: string }>("POST", "/auth/login", { email, password });
  sessionStorage.setItem("token", session.access_token);
  const { items } = await call<{ items: { id: string }[] }>("GET", "/products?limit=1");
  const file = element<HTMLInputElement>("picture").files?.[0];
  if (!file) throw new Error("no picture is chosen");
  const images = `/products/${items[0]?.id}/images`;
  const announcement = { content_type: file.type, content_length: file.size };
  type Announced = { image_id: string; upload: { method: string; url: string; headers: Record<string, string> } };
  const { image_id, upload } = await call<Announced>("POST", images, announcement);
  const stored = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: file });
  if (!stored.ok) throw new Error(`the upload: ${stored.status}`);
  type Product = { image_details: { url: string; width: number; height: number }[] };
  const product = await call<Product>("POST", `${images}/${image_id}/complete`);
  const details = product.image_details.at(-1);
  const image = document.createElement("img");
  image.src = details?.url ?? "";
  await image.decode();
  document.body.append(image);
  show(`shown: ${image.naturalWidth} x ${image.naturalHeight}, declared: ${details?.width} x ${details?.height}`);
}

function report(error: unknown) {
  show(`failed: ${error}`);
}

switch (location.pathname) {
  case "/buy":
    buy().catch(report);
    break;
  case "/return":
    afterPayment().catch(report);
    break;
  case "/upload": {
    const form = element<HTMLFormElement>("upload");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      uploadPicture().catch(report);
    });
  }
}
