// The order of the values of a filter.

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "../src/pages/catalogue/value-order.ts";

const ordered = (...values: string[]) =>
  inOrder(values.map((value) => ({ value, product_count: 1 }))).map(({ value }) => value);

test("sizes are from small to large, whatever their case", () => {
  deepEqual(ordered("XL", "s", "2XL", "M", "XXS", "L"), ["XXS", "s", "M", "L", "XL", "2XL"]);
  deepEqual(ordered("L/XL", "M", "S/M", "S"), ["S", "S/M", "M", "L/XL"]);
  deepEqual(ordered("Large", "One size", "Small", "Medium"), ["Small", "Medium", "Large", "One size"]);
});

test("numbers of one unit are ascending", () => {
  deepEqual(ordered("10", "9", "8.5", "40"), ["8.5", "9", "10", "40"]);
  deepEqual(ordered("US 11-14", "US 5-8", "US 8-11"), ["US 5-8", "US 8-11", "US 11-14"]);
  deepEqual(ordered("500 ml", "40 x 28 cm", "1 l", "30 x 20 cm", "90ml"), [
    "90ml",
    "500 ml",
    "30 x 20 cm",
    "40 x 28 cm",
    "1 l",
  ]);
});

test("other values keep their order", () => {
  deepEqual(ordered("Navy", "Black", "Clay"), ["Navy", "Black", "Clay"]);
  deepEqual(ordered("One size", "1 l", "500 ml"), ["1 l", "500 ml", "One size"]);
});
