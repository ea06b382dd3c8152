// Amounts, exact to the minor unit.

/** An amount in minor units, such as cents, and its currency. */
export interface Money {
  readonly minor: number;
  /** The code of ISO 4217. */
  readonly currency: string;
}

/**
 * The currencies with another number of decimal places than two, as in ISO 4217, which the shop uses. The numbers of
 * `Intl` differ between browsers: for Iraqi dinars Chromium has none, Firefox three.
 */
const NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND";

/** Amounts up to 15 digits are exact as numbers in JSON. The shop charges at most twelve. */
const MAX_MINOR = 999_999_999_999_999;

/** Returns the number of decimal places of a currency: 2 for USD, 0 for JPY, 3 for KWD. */
export function decimals(currency: string): number {
  if (NO_DECIMALS.includes(currency)) return 0;
  return THREE_DECIMALS.includes(currency) ? 3 : 2;
}

/** Creates an amount in minor units. Throws a `RangeError` if it is no integer, or has more than 15 digits. */
export function fromMinor(minor: number, currency: string): Money {
  if (!Number.isInteger(minor) || Math.abs(minor) > MAX_MINOR) {
    throw new RangeError(`${minor} is no amount in minor units`);
  }
  // Not -0.
  return { minor: minor + 0, currency };
}

/**
 * Converts an amount of the API, such as 19.99, exactly. Throws a `RangeError` if it has more decimal places than its
 * currency, or more than 15 digits.
 */
export function toMoney(amount: number, currency: string): Money {
  // The shortest decimal number that is parsed as this amount: the one that the shop has sent.
  const [, sign, whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(amount)) ?? [];
  const places = decimals(currency);
  if (whole === "" || fraction.length > places) throw new RangeError(`${amount} is no amount in ${currency}`);
  return fromMinor(Number(sign + whole + fraction.padEnd(places, "0")), currency);
}

/** Converts an amount into the number that the API expects, such as 19.99. */
export function toAmount({ minor, currency }: Money): number {
  return Number(toDecimal(minor, decimals(currency)));
}

/** Adds amounts of one currency. Throws a `TypeError` if their currencies differ. */
export function plus(first: Money, ...others: Money[]): Money {
  return others.reduce((sum, { minor, currency }) => fromMinor(sum.minor + minor, same(sum.currency, currency)), first);
}

/** Subtracts an amount of the same currency. */
export function minus(first: Money, { minor, currency }: Money): Money {
  return fromMinor(first.minor - minor, same(first.currency, currency));
}

/** Multiplies an amount by a whole number. */
export function times({ minor, currency }: Money, factor: number): Money {
  if (!Number.isInteger(factor)) throw new RangeError(`${factor} is no whole number`);
  return fromMinor(minor * factor, currency);
}

/** Formats an amount with all decimal places, such as `$19.99`, by default in the language of the browser. */
export function formatMoney(money: Money, locales?: string | string[], options?: Intl.NumberFormatOptions): string {
  const places = decimals(money.currency);
  const format = new Intl.NumberFormat(locales, {
    style: "currency",
    currency: money.currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    ...options,
  });
  return format.format(toAmount(money));
}

function same(one: string, other: string): string {
  if (one !== other) throw new TypeError(`amounts in ${one} and ${other} cannot be added`);
  return one;
}

function toDecimal(minor: number, places: number): string {
  const digits = String(Math.abs(minor)).padStart(places + 1, "0");
  const end = digits.length - places;
  return `${minor < 0 ? "-" : ""}${digits.slice(0, end)}.${digits.slice(end)}`;
}
