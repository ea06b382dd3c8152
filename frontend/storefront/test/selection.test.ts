// Which variant a selection of options means.

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { Product } from "../src/api.ts";
import { initialSelection, isInStock, missingOptions, selectedVariant } from "../src/pages/product/selection.ts";

function variant(sku: string, size: string, color: string, stock_quantity: number) {
  return { sku, options: { Size: size, Color: color }, stock_quantity };
}

const product = {
  options: [
    { name: "Color", values: ["Black", "Navy"] },
    { name: "Size", values: ["S", "M"] },
  ],
  variants: [variant("B-S", "S", "Black", 0), variant("B-M", "M", "Black", 0), variant("N-M", "M", "Navy", 3)],
} as unknown as Product;

test("the customer selects the size; a color in stock is selected at first", () => {
  const selection = initialSelection(product, undefined);
  deepEqual(selection, { Color: "Navy" });
  deepEqual(missingOptions(product, selection), ["Size"]);
  equal(selectedVariant(product, selection), undefined);
});

test("a SKU in the URL selects its variant", () => {
  const selection = initialSelection(product, "B-M");
  equal(selectedVariant(product, selection)?.sku, "B-M");
});

test("values are in stock in combination with the others", () => {
  equal(isInStock(product, { Color: "Navy" }, "Size", "M"), true);
  equal(isInStock(product, { Color: "Navy" }, "Size", "S"), false);
  equal(isInStock(product, { Color: "Navy", Size: "M" }, "Color", "Black"), false);
});
