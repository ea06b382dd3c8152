// The cart of a visitor without an account, in the storage of the browser. Prices and stock are read from the catalogue.

import { isProblem, type KeyValueStorage, ok, plus, type Shop, times, toAmount, toMoney } from "@ferrocart/client";
import type { Cart, CartItem, Product } from "../api.ts";
import { VISITOR_CART } from "./cart.ts";

/** The largest quantity of a line, as in carts of accounts. */
const MAX_QUANTITY = 99;

/** A line: which variant, and how many pieces. */
export interface CartLine {
  product_id: string;
  variant_sku: string;
  quantity: number;
}

export async function readLines(storage: KeyValueStorage): Promise<CartLine[]> {
  try {
    const lines: unknown = JSON.parse((await storage.getItem(VISITOR_CART)) ?? "[]");
    return Array.isArray(lines) ? lines.filter(isLine) : [];
  } catch {
    return [];
  }
}

/** Replaces the line of a SKU. With the quantity 0 it is removed. */
export async function writeLine(storage: KeyValueStorage, line: CartLine): Promise<void> {
  const lines = await readLines(storage);
  const quantity = Math.min(line.quantity, MAX_QUANTITY);
  const index = lines.findIndex((it) => it.variant_sku === line.variant_sku);
  if (index === -1) lines.push({ ...line, quantity });
  else lines[index] = { ...line, quantity };
  const remaining = lines.filter((it) => it.quantity > 0);
  if (remaining.length === 0) return storage.removeItem(VISITOR_CART);
  return storage.setItem(VISITOR_CART, JSON.stringify(remaining));
}

/** Returns the visitor's cart at current prices, in the shape of a customer's. */
export async function readVisitorCart(
  shop: Shop,
  storage: KeyValueStorage,
  currency: string,
  signal: AbortSignal,
): Promise<Cart> {
  const lines = await readLines(storage);
  const ids = [...new Set(lines.map((line) => line.product_id))];
  const products = new Map(
    await Promise.all(ids.map(async (id) => [id, await readProduct(shop, id, signal)] as const)),
  );
  const items = lines.map((line) => toItem(line, products.get(line.product_id) ?? null));
  const totals = items.map((item) => toMoney(item.available ? (item.line_total ?? 0) : 0, currency));
  return {
    currency,
    items,
    item_count: lines.reduce((sum, line) => sum + line.quantity, 0),
    subtotal: toAmount(plus(toMoney(0, currency), ...totals)),
    minimum_total: 0,
    updated_at: null,
  };
}

/** Returns null if the product is no longer for sale. */
async function readProduct(shop: Shop, id: string, signal: AbortSignal): Promise<Product | null> {
  try {
    return await ok(shop.GET("/products/{id}", { params: { path: { id } }, signal }));
  } catch (error) {
    if (isProblem(error, "not_found")) return null;
    throw error;
  }
}

function toItem(line: CartLine, product: Product | null): CartItem {
  const variant = product?.variants.find(({ sku }) => sku === line.variant_sku);
  const total = variant && product && times(toMoney(variant.price, product.currency), line.quantity);
  return {
    ...line,
    id: line.variant_sku,
    name: product?.name ?? null,
    slug: product?.slug ?? null,
    thumbnail: product?.images[0] ?? null,
    options: variant?.options ?? {},
    size: variant?.size ?? null,
    color: variant?.color ?? null,
    unit_price: variant?.price ?? null,
    line_total: total ? toAmount(total) : null,
    stock_quantity: variant?.stock_quantity ?? 0,
    available: variant !== undefined && variant.stock_quantity >= line.quantity,
  };
}

/** Moves the visitor's cart into that of the account. Lines that cannot be bought any more are dropped. */
export async function moveToAccount(shop: Shop, storage: KeyValueStorage): Promise<void> {
  for (const line of await readLines(storage)) {
    try {
      await ok(shop.POST("/cart/items", { body: line }));
    } catch (error) {
      if (!isProblem(error, "insufficient_stock", "product_unavailable", "validation_failed")) throw error;
    }
    await writeLine(storage, { ...line, quantity: 0 });
  }
}

function isLine(line: Partial<CartLine> | null): line is CartLine {
  return (
    typeof line?.product_id === "string" && typeof line.variant_sku === "string" && typeof line.quantity === "number"
  );
}
