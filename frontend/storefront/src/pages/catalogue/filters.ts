// The filters of the catalogue, as they are in the URL and in requests.

import { texts } from "@ferrocart/ui/search-params.ts";
import type { ProductQuery, Sort } from "../../api.ts";

/** Filters with several values, separated by commas. */
export type ListFilter = "category" | "size" | "color" | "option";

/** The query of the catalogue page. */
export interface Filters extends Partial<Record<ListFilter, string>> {
  q?: string;
  min_price?: string;
  max_price?: string;
  in_stock?: "true";
  sort?: Sort;
}

export const SORTS: { value: Sort; label: string }[] = [
  { value: "newest", label: "Newest first" },
  { value: "price_asc", label: "Price: low to high" },
  { value: "price_desc", label: "Price: high to low" },
  { value: "name", label: "Name" },
];

/** Returns the valid filters of a URL. */
export function parseFilters(search: Record<string, unknown>): Filters {
  const { min_price, max_price, in_stock, sort, ...rest } = texts(search, [
    "q",
    "category",
    "size",
    "color",
    "option",
    "min_price",
    "max_price",
    "in_stock",
    "sort",
  ]);
  const filters: Filters = rest;
  if (isAmount(min_price)) filters.min_price = min_price;
  if (isAmount(max_price)) filters.max_price = max_price;
  if (in_stock === "true") filters.in_stock = "true";
  const known = SORTS.find(({ value }) => value === sort);
  if (known) filters.sort = known.value;
  return filters;
}

function isAmount(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,9}(\.\d{1,3})?$/.test(text);
}

/** Returns the parameters of a request. */
export function toQuery({ min_price, max_price, in_stock, ...rest }: Filters): ProductQuery {
  return {
    ...rest,
    ...(min_price !== undefined && { min_price: Number(min_price) }),
    ...(max_price !== undefined && { max_price: Number(max_price) }),
    ...(in_stock && { in_stock: true }),
  };
}

/** Returns the values of a list. A comma within a value is escaped. */
export function valuesOf(list = ""): string[] {
  return list
    .split(/(?<!\\),/)
    .map((value) => value.replaceAll("\\,", ",").trim())
    .filter(Boolean);
}

/** Returns the filters with the value selected, or without it if it was selected. */
export function toggle(filters: Filters, name: ListFilter, value: string): Filters {
  const values = valuesOf(filters[name]);
  const others = values.includes(value) ? values.filter((it) => it !== value) : [...values, value];
  const { [name]: _, ...rest } = filters;
  if (others.length === 0) return rest;
  return { ...rest, [name]: others.map((it) => it.replaceAll(",", "\\,")).join(",") };
}

/** The number of selected filters other than the words of a search. */
export function countFilters({ category, size, color, option, min_price, max_price, in_stock }: Filters): number {
  const values = [category, size, color, option].map((list) => valuesOf(list).length);
  return values.reduce((sum, count) => sum + count, 0) + Number(Boolean(min_price || max_price)) + Number(!!in_stock);
}
