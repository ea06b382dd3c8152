// The order of the values of a filter.

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "../src/pages/catalogue/value-order.ts";

const ordered = (...values: string[]) =>
  inOrder(values.map((value) => ({ value, product_count: 1 }))).map(({ value }) => value);

test("sizes are from small to large, whatever their case", () => {
  deepEqual(ordered("XL", "s", "2XL", "M", "XXS", "L"), ["XXS", "s", "M", "L", "XL", "2XL"]);
  deepEqual(ordered("Large", "One size", "Small", "Medium"), ["Small", "Medium", "Large", "One size"]);
});

test("numbers of one unit are ascending", () => {
  deepEqual(ordered("10", "9", "8.5", "40"), ["8.5", "9", "10", "40"]);
  deepEqual(ordered("500 ml", "90 ml", "One size"), ["90 ml", "500 ml", "One size"]);
});

test("other values keep their order", () => {
  deepEqual(ordered("Navy", "Black", "Clay"), ["Navy", "Black", "Clay"]);
  deepEqual(ordered("1 l", "500 ml"), ["1 l", "500 ml"]);
  deepEqual(ordered("30x32", "28x30"), ["30x32", "28x30"]);
});
