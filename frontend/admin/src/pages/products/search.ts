// The filters of the list of products, in the URL.

import { choice, texts } from "@ferrocart/ui/search-params.ts";
import type { ProductQuery } from "../../api.ts";

const NAMES = ["q", "is_active", "category", "max_stock", "sort", "cursor"] as const;

export type ProductSearch = { [Name in (typeof NAMES)[number]]?: string };

type Sort = NonNullable<ProductQuery["sort"]>;

export const SORTS: { value: Sort; label: string }[] = [
  { value: "newest", label: "Latest first" },
  { value: "name", label: "Name" },
  { value: "price_asc", label: "Lowest price first" },
  { value: "price_desc", label: "Highest price first" },
  { value: "stock", label: "Lowest stock first" },
  { value: "relevance", label: "Best match first" },
];

export function parseProductSearch(search: Record<string, unknown>): ProductSearch {
  return texts(search, [...NAMES]);
}

export function productQuery({ is_active, max_stock, sort, ...others }: ProductSearch): ProductQuery {
  const known = choice(
    sort,
    SORTS.map(({ value }) => value),
  );
  return {
    ...others,
    ...((is_active === "true" || is_active === "false") && { is_active: is_active === "true" }),
    ...(max_stock !== undefined && /^\d+$/.test(max_stock) && { max_stock: Number(max_stock) }),
    ...(known && { sort: known }),
  };
}
