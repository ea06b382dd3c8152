// A product as its form edits it: texts, which need not be valid yet.

import { decimals, minus, toAmount, toMoney } from "@ferrocart/client";
import type { Product, ProductInput } from "../../api.ts";
import { isAmount } from "../../components/MoneyField.tsx";

export interface VariantDraft {
  /** Identifies the row, also while its SKU is typed. */
  key: string;
  sku: string;
  /** A value for each of the product's options, in their order. */
  values: string[];
  /** Empty if the variant has the price of the product. */
  price: string;
  /** The first stock of a new variant; null for an existing one, whose stock is adjusted instead. */
  stock: string | null;
}

export interface ProductDraft {
  name: string;
  slug: string;
  description: string;
  category: string;
  basePrice: string;
  compareAtPrice: string;
  /** Separated by commas. */
  tags: string;
  seoTitle: string;
  seoDescription: string;
  options: string[];
  variants: VariantDraft[];
}

let rows = 0;

export function emptyVariant(options: string[]): VariantDraft {
  rows += 1;
  return { key: `new-${rows}`, sku: "", values: options.map(() => ""), price: "", stock: "0" };
}

export function emptyDraft(): ProductDraft {
  return {
    name: "",
    slug: "",
    description: "",
    category: "",
    basePrice: "",
    compareAtPrice: "",
    tags: "",
    seoTitle: "",
    seoDescription: "",
    options: [],
    variants: [emptyVariant([])],
  };
}

export function toDraft(product: Product): ProductDraft {
  const { currency } = product;
  const options = product.options.map(({ name }) => name);
  return {
    name: product.name,
    slug: product.slug,
    description: product.description,
    category: product.category,
    basePrice: amountText(product.base_price, currency),
    compareAtPrice: product.compare_at_price === null ? "" : amountText(product.compare_at_price, currency),
    tags: product.tags.join(", "),
    seoTitle: product.seo.title ?? "",
    seoDescription: product.seo.description ?? "",
    options,
    variants: product.variants.map((variant) => ({
      key: variant.sku,
      sku: variant.sku,
      values: options.map((name) => variant.options[name] ?? ""),
      price: variant.price_modifier === 0 ? "" : amountText(variant.price, currency),
      stock: null,
    })),
  };
}

/** Returns what the API expects of a valid draft. An empty slug is omitted. */
export function toInput(draft: ProductDraft, currency: string): ProductInput {
  const options = draft.options.map((option) => option.trim()).filter((option) => option !== "");
  return {
    ...(draft.slug.trim() !== "" && { slug: draft.slug.trim() }),
    name: draft.name.trim(),
    description: draft.description.trim(),
    category: draft.category.trim(),
    base_price: Number(draft.basePrice),
    compare_at_price: draft.compareAtPrice.trim() === "" ? null : Number(draft.compareAtPrice),
    tags: draft.tags
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
    seo: { title: draft.seoTitle.trim() || null, description: draft.seoDescription.trim() || null },
    options: options.map((name) => ({ name, values: optionValues(draft, name) })),
    variants: draft.variants.map((variant) => ({
      sku: variant.sku.trim(),
      options: Object.fromEntries(namedValues(draft, variant)),
      price_modifier: priceModifier(variant.price, draft.basePrice, currency),
      ...(variant.stock !== null && { stock_quantity: Number(variant.stock) }),
    })),
  };
}

/** Returns the values of a variant with the names of their options, without empty ones. */
export function namedValues(draft: ProductDraft, { values }: VariantDraft): [string, string][] {
  const pairs = draft.options.map((name, index): [string, string] => [name.trim(), values[index]?.trim() ?? ""]);
  return pairs.filter(([name, value]) => name !== "" && value !== "");
}

/** Returns the different values of an option, in the order of the variants. */
function optionValues(draft: ProductDraft, name: string): string[] {
  const values = draft.variants.flatMap((variant) => namedValues(draft, variant)).filter(([option]) => option === name);
  return [...new Set(values.map(([, value]) => value))];
}

function priceModifier(price: string, basePrice: string, currency: string): number {
  if (!isAmount(price, currency) || !isAmount(basePrice, currency)) return 0;
  return toAmount(minus(toMoney(Number(price), currency), toMoney(Number(basePrice), currency)));
}

/** Formats an amount with all decimal places, and without the sign of the currency. */
function amountText(amount: number, currency: string): string {
  return amount.toFixed(decimals(currency));
}
