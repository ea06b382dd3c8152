// The card form of the Payment Element. Only this page, which has the origin of the stand-in, handles card numbers.

import { cardOf, formatCode, formatExpiry, formatNumber, validate } from "./card.js";
import { callApi, connect, intentOf } from "./channel.js";

const form = document.querySelector("form");
const FORMATS = { number: formatNumber, expiry: formatExpiry, cvc: formatCode };
const inputs = Object.fromEntries(Object.keys(FORMATS).map((name) => [name, form.elements[name]]));

const { context, send } = await connect({ submit, confirm, focus: () => inputs.number.focus(), blur, clear });

function values() {
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]));
}

function show(name, error) {
  inputs[name].setAttribute("aria-invalid", String(Boolean(error)));
  document.getElementById(`${name}-error`).textContent = error?.message ?? "";
}

/** Shows the errors of all fields and focuses the first of these fields. */
function submit() {
  const errors = validate(values());
  for (const name of Object.keys(inputs)) show(name, errors[name]);
  const [first] = Object.keys(errors);
  if (!first) return { selectedPaymentMethod: "card" };
  inputs[first].focus();
  return { error: errors[first] };
}

async function confirm({ payment_method_data: details = {}, ...params }) {
  const submitted = submit();
  if (submitted.error) return submitted;
  const { key, clientSecret } = context;
  try {
    const method = await callApi(key, "POST", "/v1/payment_methods", { type: "card", card: cardOf(values()), ...details });
    const own = { client_secret: clientSecret, payment_method: method.id, use_stripe_sdk: true };
    const path = `/v1/payment_intents/${intentOf(clientSecret)}/confirm`;
    return { paymentIntent: await callApi(key, "POST", path, { ...params, ...own }) };
  } catch (error) {
    return { error };
  }
}

function blur() {
  document.activeElement?.blur();
}

function clear() {
  form.reset();
  for (const name of Object.keys(inputs)) show(name, null);
  change();
}

function change() {
  const entered = values();
  const empty = Object.values(entered).every((value) => value === "");
  const complete = Object.keys(validate(entered)).length === 0;
  send("change", { collapsed: false, complete, empty, value: { type: "card" } });
}

for (const [name, input] of Object.entries(inputs)) {
  input.addEventListener("input", ({ inputType }) => {
    const isAtEnd = input.selectionStart === input.value.length;
    if (isAtEnd && !inputType?.startsWith("delete")) input.value = FORMATS[name](input.value);
    show(name, null);
    change();
  });
  // An incomplete field is reported when the buyer leaves it.
  input.addEventListener("blur", () => input.value && show(name, validate(values())[name]));
}
form.addEventListener("focusin", ({ relatedTarget }) => relatedTarget ?? send("focus"));
form.addEventListener("focusout", ({ relatedTarget }) => relatedTarget ?? send("blur"));
form.addEventListener("submit", (event) => event.preventDefault());
new ResizeObserver(() => send("resize", { height: document.documentElement.offsetHeight })).observe(document.documentElement);

try {
  const path = `/v1/payment_intents/${intentOf(context.clientSecret)}`;
  await callApi(context.key, "GET", path, { client_secret: context.clientSecret });
  send("ready");
} catch (error) {
  send("loaderror", { error });
}
