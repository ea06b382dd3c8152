// Sentences about problems, and the configuration.

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { type Problem, ShopError } from "@ferrocart/client";
import { parseConfig } from "../src/config.ts";
import { fieldErrors, isAtFields, sentence, toSentence } from "../src/problems.ts";

const base = { type: "", title: "", status: 409, detail: "", request_id: "req-1" };
const failed = (problem: object) => new ShopError({ ...base, ...problem } as Problem);

test("amounts are in the sentence if the currency is known", () => {
  const error = failed({ code: "total_changed", total: 25 });
  equal(sentence(error, "USD").includes("25.00"), true);
  equal(sentence(error), "The total has changed. Nothing was ordered.");
});

test("short stock is a number, or sold out", () => {
  const short = (available: number) => failed({ code: "insufficient_stock", items: [{ available }] });
  equal(sentence(short(2)), "Only 2 of this item are left.");
  equal(sentence(short(1)), "Only 1 of this item is left.");
  equal(sentence(short(0)), "This item has just been sold out.");
});

test("a page replaces sentences", () => {
  equal(sentence(failed({ code: "not_found" }), "USD", { not_found: "No such product." }), "No such product.");
});

test("a code of a later version of the shop has a sentence", () => {
  equal(sentence(failed({ code: "quantum_failure" })).includes("not available"), true);
});

test("errors belong to fields", () => {
  const errors = [{ pointer: "/address/zip", code: "required", message: "is required" }];
  const error = failed({ code: "validation_failed", errors });
  deepEqual(fieldErrors(error), { "address/zip": "This is required." });
  equal(isAtFields(error, ["address/zip"]), true);
  equal(isAtFields(error, ["name"]), false);
  equal(sentence(error), "Please check your input: zip is required.");
});

test("messages with and without a subject become sentences", () => {
  equal(toSentence("must be a string"), "This must be a string.");
  equal(toSentence("another variant of this product has this SKU"), "Another variant of this product has this SKU.");
});

test("a configuration without an API is rejected", () => {
  let message = "";
  try {
    parseConfig({ name: "Shop", currency: "USD" });
  } catch (error) {
    message = String(error);
  }
  equal(message, "Error: config.json has no apiUrl");
});
