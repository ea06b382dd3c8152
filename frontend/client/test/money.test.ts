// Amounts are exact in every currency.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decimals, formatMoney, fromMinor, minus, plus, times, toAmount, toMoney } from "../src/index.ts";

/** Generates reproducible integers below a bound. */
function random(seed: number) {
  let state = seed;
  return (bound: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const high = state;
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Number((BigInt(high) * 4_294_967_296n + BigInt(state)) % BigInt(bound));
  };
}

/** Formats minor units as the shop writes them in JSON, by integers only. */
function inJson(minor: number, places: number): string {
  const units = BigInt(Math.abs(minor));
  const factor = 10n ** BigInt(places);
  const fraction = places === 0 ? "" : `.${String(units % factor).padStart(places, "0")}`;
  return `${minor < 0 ? "-" : ""}${units / factor}${fraction}`;
}

test("every amount of up to 15 digits survives the way through JSON", () => {
  const next = random(1);
  for (const currency of ["JPY", "USD", "KWD"]) {
    for (let round = 0; round < 20_000; round += 1) {
      const minor = next(10 ** (1 + next(15))) * (next(2) === 0 ? 1 : -1);
      const money = toMoney(JSON.parse(inJson(minor, decimals(currency))), currency);
      assert.equal(money.minor, minor + 0);
      const sent = JSON.stringify(toAmount(money));
      assert.equal(
        sent,
        inJson(minor, decimals(currency))
          .replace(/(\.\d*?)0+$/, "$1")
          .replace(/\.$/, ""),
      );
      assert.equal(toMoney(JSON.parse(sent), currency).minor, money.minor);
    }
  }
});

test("sums and products are those of integers", () => {
  const next = random(2);
  for (let round = 0; round < 2_000; round += 1) {
    const lines = Array.from({ length: 5 }, () => ({ price: next(1_000_000_000), quantity: 1 + next(99) }));
    const totals = lines.map(({ price, quantity }) => times(fromMinor(price, "EUR"), quantity));
    const expected = lines.reduce((sum, { price, quantity }) => sum + BigInt(price) * BigInt(quantity), 0n);
    const sum = plus(fromMinor(0, "EUR"), ...totals);
    assert.equal(BigInt(sum.minor), expected);
    assert.equal(minus(sum, sum).minor, 0);
  }
  assert.equal(plus(toMoney(0.1, "USD"), toMoney(0.2, "USD")).minor, 30);
  assert.equal(times(toMoney(1.005, "KWD"), 100).minor, 100_500);
});

test("decimals are those of ISO 4217 and not of the browser", () => {
  for (const currency of [
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
  ]) {
    assert.equal(decimals(currency), 0, currency);
  }
  for (const currency of ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
    assert.equal(decimals(currency), 3, currency);
  for (const currency of ["EUR", "HUF", "IDR", "ISO", "LBP", "USD"]) assert.equal(decimals(currency), 2, currency);
});

test("amounts are formatted with all decimals of the currency", () => {
  assert.equal(formatMoney(toMoney(19.9, "USD"), "en-US"), "$19.90");
  assert.equal(formatMoney(toMoney(1234.5, "EUR"), "de-DE"), "1.234,50\u00a0€");
  assert.equal(formatMoney(toMoney(1500, "JPY"), "en-US"), "¥1,500");
  assert.equal(formatMoney(toMoney(1.5, "KWD"), "en-US"), "KWD\u00a01.500");
  assert.equal(formatMoney(toMoney(99.5, "HUF"), "en-US"), "HUF\u00a099.50");
  assert.equal(formatMoney(toMoney(-0.01, "USD"), "en-US"), "-$0.01");
  assert.equal(formatMoney(toMoney(9_999_999_999_999.99, "USD"), "en-US"), "$9,999,999,999,999.99");
  assert.equal(formatMoney(toMoney(5, "USD"), "en-US", { trailingZeroDisplay: "stripIfInteger" }), "$5");
});

test("inexact amounts, and sums of two currencies, are rejected", () => {
  for (const amount of [19.999, Number.NaN, Number.POSITIVE_INFINITY, 1e21, 1e-7, 0.1 + 0.2]) {
    assert.throws(() => toMoney(amount, "USD"), RangeError, String(amount));
  }
  assert.throws(() => toMoney(0.5, "JPY"), RangeError);
  assert.throws(() => fromMinor(0.5, "USD"), RangeError);
  assert.throws(() => fromMinor(1e15, "USD"), RangeError);
  assert.throws(() => times(fromMinor(1e14, "USD"), 10), RangeError);
  assert.throws(() => times(fromMinor(100, "USD"), 1.5), RangeError);
  assert.throws(() => plus(toMoney(1, "USD"), toMoney(1, "EUR")), TypeError);
  assert.throws(() => minus(toMoney(1, "USD"), toMoney(1, "EUR")), TypeError);
  assert.ok(Object.is(fromMinor(-0, "USD").minor, 0));
});
