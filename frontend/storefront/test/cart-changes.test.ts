// Sentences about a merge of carts.

import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { Cart, CartChange } from "../src/api.ts";
import { changeSentence } from "../src/components/cart-changes.ts";

const cart = { items: [{ variant_sku: "LAMP", name: "Desk lamp" }] } as Cart;
const sentence = (change: Omit<CartChange, "sku">, sku = "LAMP") => changeSentence({ sku, ...change }, cart);

test("a line that was cut says what the cart contains, and why", () => {
  const start = "Desk lamp is in your cart 3 times instead of 4 times: ";
  equal(sentence({ requested: 4, kept: 3, reason: "insufficient_stock" }), `${start}there are no more of it.`);
  equal(sentence({ requested: 4, kept: 3, reason: "line_limit" }), `${start}a cart has at most 99 of each item.`);
});

test("a line that is missing in the cart has its SKU", () => {
  equal(sentence({ requested: 1, kept: 0, reason: "insufficient_stock" }, "CUP"), "An item (CUP) is sold out.");
  equal(sentence({ requested: 1, kept: 0, reason: "unavailable" }, "CUP"), "An item (CUP) is no longer for sale.");
});
