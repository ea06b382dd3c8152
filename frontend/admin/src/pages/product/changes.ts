// Comparing drafts of a product, part by part.

import type { ProductInput, ProductPatch } from "../../api.ts";
import { namedValues, type ProductDraft, toInput } from "./draft.ts";

/** A part of a product that is kept or replaced as a whole. */
export interface Part {
  id: string;
  label: string;
  /** The fields of the draft. */
  fields: (keyof ProductDraft)[];
  /** The fields of the API. */
  input: (keyof ProductInput & keyof ProductPatch)[];
  /** The part as a text to compare. */
  show: (draft: ProductDraft) => string;
}

export const PARTS: Part[] = [
  { id: "name", label: "Name", fields: ["name"], input: ["name"], show: ({ name }) => name },
  { id: "slug", label: "Address in the shop", fields: ["slug"], input: ["slug"], show: ({ slug }) => slug },
  { id: "category", label: "Category", fields: ["category"], input: ["category"], show: ({ category }) => category },
  {
    id: "description",
    label: "Description",
    fields: ["description"],
    input: ["description"],
    show: ({ description }) => description,
  },
  { id: "tags", label: "Tags", fields: ["tags"], input: ["tags"], show: ({ tags }) => tags },
  { id: "price", label: "Price", fields: ["basePrice"], input: ["base_price"], show: ({ basePrice }) => basePrice },
  {
    id: "former-price",
    label: "Former price",
    fields: ["compareAtPrice"],
    input: ["compare_at_price"],
    show: ({ compareAtPrice }) => compareAtPrice,
  },
  {
    id: "seo",
    label: "Search engines",
    fields: ["seoTitle", "seoDescription"],
    input: ["seo"],
    show: ({ seoTitle, seoDescription }) => [seoTitle, seoDescription].filter(Boolean).join("\n"),
  },
  {
    id: "variants",
    label: "Variants",
    fields: ["options", "variants"],
    input: ["options", "variants"],
    show: (draft) =>
      draft.variants
        .map((variant) => {
          const values = namedValues(draft, variant).map(([name, value]) => `${name}: ${value}`);
          return [variant.sku, ...values, variant.price].filter(Boolean).join(" · ");
        })
        .join("\n"),
  },
];

/** Returns the parts that differ between two drafts. */
export function changedParts(before: ProductDraft, after: ProductDraft, currency: string): Part[] {
  const [a, b] = [toInput(before, currency), toInput(after, currency)];
  return PARTS.filter(({ input }) => input.some((field) => JSON.stringify(a[field]) !== JSON.stringify(b[field])));
}

/** Returns the changed fields. Variants hold differences to the price, so that a new price may change them, too. */
export function toPatch(before: ProductDraft, after: ProductDraft, currency: string): ProductPatch {
  const input = toInput(after, currency);
  const fields = changedParts(before, after, currency).flatMap((part) => part.input);
  return Object.fromEntries(fields.map((field) => [field, input[field]]));
}

/** Returns the draft with some parts of another one. */
export function withParts(draft: ProductDraft, other: ProductDraft, parts: Part[]): ProductDraft {
  const fields = parts.flatMap((part) => part.fields);
  return { ...draft, ...Object.fromEntries(fields.map((field) => [field, other[field]])) };
}
