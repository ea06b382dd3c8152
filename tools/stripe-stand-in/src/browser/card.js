// What a card form accepts: the formats of number, expiry and security code, with the codes and messages of Stripe.js.

/** Groups the digits of a card number: `4242 4242`. */
export function formatNumber(text) {
  return digits(text).slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");
}

/** Separates month and year: `12 / 34`. A first digit above 1 is a complete month. */
export function formatExpiry(text) {
  const all = digits(text).replace(/^([2-9])/, "0$1").slice(0, 4);
  return all.length < 2 ? all : `${all.slice(0, 2)} / ${all.slice(2)}`;
}

export function formatCode(text) {
  return digits(text).slice(0, 4);
}

/** Returns the parameters of a card. */
export function cardOf({ number, expiry, cvc }) {
  const date = digits(expiry);
  return { number: digits(number), exp_month: Number(date.slice(0, 2)), exp_year: 2000 + Number(date.slice(2)), cvc };
}

/** Returns the error of each field that has one. */
export function validate({ number, expiry, cvc }, now = new Date()) {
  const errors = { number: numberError(digits(number)), expiry: expiryError(digits(expiry), now), cvc: codeError(cvc) };
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => error));
}

function numberError(number) {
  if (number.length < 14) return error("incomplete_number", "Your card number is incomplete.");
  return hasCheckDigit(number) ? null : error("invalid_number", "Your card number is invalid.");
}

function expiryError(date, now) {
  if (date.length < 4) return error("incomplete_expiry", "Your card's expiration date is incomplete.");
  const [month, year] = [Number(date.slice(0, 2)), 2000 + Number(date.slice(2))];
  if (month < 1 || month > 12) return error("invalid_expiry_month", "Your card's expiration date is invalid.");
  if (year < now.getFullYear()) return error("invalid_expiry_year_past", "Your card's expiration year is in the past.");
  const isPast = year === now.getFullYear() && month < now.getMonth() + 1;
  return isPast ? error("invalid_expiry_month_past", "Your card's expiration date is in the past.") : null;
}

function codeError(cvc) {
  return cvc.length < 3 ? error("incomplete_cvc", "Your card's security code is incomplete.") : null;
}

function error(code, message) {
  return { type: "validation_error", code, message };
}

/** Verifies the last digit of a card number by the Luhn algorithm. */
function hasCheckDigit(number) {
  const summands = [...number].reverse().map((digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return doubled > 9 ? doubled - 9 : doubled;
  });
  return summands.reduce((sum, summand) => sum + summand, 0) % 10 === 0;
}

function digits(text) {
  return text.replace(/\D/g, "");
}
