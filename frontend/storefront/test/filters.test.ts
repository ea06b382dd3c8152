// Filters of the catalogue in the URL.

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { countFilters, parseFilters, toggle, toQuery, valuesOf } from "../src/pages/catalogue/filters.ts";

test("unknown and malformed parameters of a URL are ignored", () => {
  const search = { q: "tee", sort: "random", min_price: "1e9", max_price: "20.50", in_stock: "yes", admin: "true" };
  deepEqual(parseFilters(search), { q: "tee", max_price: "20.50" });
});

test("a value with a comma is one value", () => {
  const filters = toggle({ color: "Blue" }, "color", "Red, White");
  deepEqual(filters, { color: "Blue,Red\\, White" });
  deepEqual(valuesOf(filters.color), ["Blue", "Red, White"]);
  deepEqual(toggle(filters, "color", "Red, White"), { color: "Blue" });
  deepEqual(toggle({ color: "Blue", q: "tee" }, "color", "Blue"), { q: "tee" });
});

test("requests have numbers and booleans", () => {
  deepEqual(toQuery({ min_price: "5", max_price: "9.99", in_stock: "true", category: "Bags" }), {
    min_price: 5,
    max_price: 9.99,
    in_stock: true,
    category: "Bags",
  });
});

test("a range of prices counts as one filter", () => {
  equal(countFilters({ q: "tee", min_price: "5", max_price: "10", size: "M,L" }), 3);
});
