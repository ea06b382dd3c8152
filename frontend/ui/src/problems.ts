// A sentence for every problem of the shop. A code without a sentence does not compile.

import { formatMoney, isProblem, type ProblemCode, type ProblemOf, toMoney } from "@ferrocart/client";

/** Formats an amount; without a currency it is not known. */
type Format = (amount: number) => string | undefined;
type Sentences = {
  [Code in ProblemCode]: string | ((problem: ProblemOf<Code>, format: Format) => string);
};

const MISTAKE = "The page has sent something that the shop does not understand. Reload it, and try again.";
const AWAY = "The shop is not available at the moment. Please try again in a minute.";
const SIGN_IN = "Please sign in to continue.";

const SENTENCES: Sentences = {
  // No response, or not one of the shop's.
  network: "The shop cannot be reached. Please check your connection.",
  unexpected_response: AWAY,
  // Every page.
  token_expired: SIGN_IN,
  unauthenticated: SIGN_IN,
  forbidden: "This is for administrators only.",
  not_found: "This does not exist, or belongs to another account.",
  rate_limited: "Too many attempts. Please wait a few minutes, and try again.",
  unavailable: AWAY,
  not_ready: AWAY,
  internal: ({ request_id }) => `Something went wrong. If it happens again, contact us with the number ${request_id}.`,
  validation_failed: ({ errors = [] }) =>
    errors.length === 1
      ? `Please check your input: ${name(errors[0]?.pointer)} ${errors[0]?.message}.`
      : "Please check your input: some of it is not valid.",
  // Accounts.
  invalid_credentials: "The e-mail address or the password is wrong.",
  email_taken: "There is an account with this e-mail address already.",
  origin_not_allowed: "Signing in does not work on this address of the shop.",
  last_admin: "The last administrator cannot be removed.",
  // Cart and checkout.
  insufficient_stock: ({ items: [first, second] }) =>
    second || !first
      ? "Some items are no longer in stock in this quantity."
      : first.available === 0
        ? "This item has just been sold out."
        : `Only ${first.available} of this item ${first.available === 1 ? "is" : "are"} left.`,
  product_unavailable: ({ skus }) =>
    skus.length > 1 ? "Some items are no longer for sale." : "This item is no longer for sale.",
  total_changed: ({ total }, format) => `The total has changed${suffix(" to ", format(total))}. Nothing was ordered.`,
  total_below_minimum: ({ minimum_total }, format) =>
    `The total is below the least total of an order${suffix(", ", format(minimum_total))}.`,
  empty_cart: "Your cart is empty. Perhaps you have ordered it in another tab.",
  cart_already_ordered: "You have ordered this cart already.",
  too_many_unpaid_orders: "You have several unpaid orders. Please pay or cancel one of them first.",
  idempotency_in_progress: "Your request is still being processed. Please try again in a moment.",
  idempotency_key_reused: "This was ordered before, with other details. Please look at your orders.",
  // Orders.
  invalid_transition: "This is not possible any more: the order has changed.",
  payment_processing: "The payment is under way, so the order cannot be cancelled now.",
  // Administration.
  order_not_paid: "An unpaid order cannot be refunded.",
  refund_exceeds_paid: ({ refundable_amount }, format) =>
    `This is more than can be refunded${suffix(": at most ", format(refundable_amount))}.`,
  refund_refused: ({ reason }) => `Stripe or the bank has rejected the refund: ${reason}`,
  order_on_hold: ({ reason }) => `The order must not be shipped: it is ${reason}.`,
  idempotency_key_required: MISTAKE,
  version_mismatch: "Another administrator has changed this.",
  sku_taken: "Another product has one of these SKUs.",
  slug_taken: "Another product has or had this address.",
  images_disabled: "This shop stores no images. Enter URLs of images instead.",
  upload_changed: "The uploaded image has changed. Please upload it again.",
  unusable_file: ({ reason }) => `The file cannot be imported: ${reason}.`,
  import_too_large: ({ max_products, max_bytes }) =>
    `The file is too large: at most ${max_products} products and ${Math.floor(max_bytes / 1_048_576)} MiB fit into one import. ` +
    "Split it, or ask the operator of the shop to import it with a command.",
  // Mistakes of a page.
  malformed_request: MISTAKE,
  invalid_cursor: "This list has changed. Please start with its first page.",
  method_not_allowed: MISTAKE,
  payload_too_large: "This is too large.",
  unsupported_media_type: MISTAKE,
  invalid_signature: MISTAKE,
};

/** Sentences of a page instead of the general ones, by the codes of problems. */
export type OwnSentences = { [Code in ProblemCode]?: string };

/** Returns a sentence about an error, for people. With a currency it contains amounts. */
export function sentence(error: unknown, currency?: string, own: OwnSentences = {}): string {
  if (!isProblem(error)) return "Something went wrong. Please reload the page.";
  const { problem } = error;
  const found = own[problem.code] ?? SENTENCES[problem.code] ?? AWAY;
  if (typeof found === "string") return found;
  const format: Format = (amount) => currency && formatMoney(toMoney(amount, currency));
  // The sentence belongs to the code of the problem.
  return (found as (problem: unknown, format: Format) => string)(problem, format);
}

/**
 * Returns the message of each invalid field by its name: the pointer without its first slash, such as `tracking/carrier`.
 * An error about several fields has the empty name.
 */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!isProblem(error, "validation_failed", "malformed_request")) return {};
  const { errors = [] } = error.problem;
  return Object.fromEntries(errors.map(({ pointer, message }) => [pointer.replace(/^\//, ""), toSentence(message)]));
}

/** Completes the message of an invalid field: most, such as "must be a string", have no subject. */
export function toSentence(message: string): string {
  const isPredicate = /^(must|is|exceeds|makes)\b/.test(message);
  return `${isPredicate ? `This ${message}` : message.charAt(0).toUpperCase() + message.slice(1)}.`;
}

/** Returns whether every error of a failed request is at a field with one of these names. */
export function isAtFields(error: unknown, names: string[]): boolean {
  const found = Object.keys(fieldErrors(error));
  return found.length > 0 && found.every((it) => names.includes(it));
}

function suffix(before: string, text: string | undefined): string {
  return text === undefined ? "" : before + text;
}

/** The last part of a JSON pointer, in words. */
function name(pointer = ""): string {
  return pointer.split("/").at(-1)?.replaceAll("_", " ") || "it";
}
