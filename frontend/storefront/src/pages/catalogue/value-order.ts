// The order of the values of a filter. The API sorts them by their number of products.

import type { FacetValue } from "../../api.ts";

const SIZES = ["XXXS", "XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL", "4XL", "5XL", "6XL"];
/** Other names of the same sizes. */
const SYNONYMS: Record<string, string> = { SMALL: "S", MEDIUM: "M", LARGE: "L", "2XL": "XXL", "3XL": "XXXL" };

/** Returns sizes from small to large, and numbers in ascending order. All other values follow as they are. */
export function inOrder(values: FacetValue[]): FacetValue[] {
  const units = new Set(values.flatMap(({ value }) => parse(value)?.unit ?? []));
  const position = ({ value }: FacetValue): [group: number, place: number] => {
    const name = value.toUpperCase();
    const size = SIZES.indexOf(SYNONYMS[name] ?? name);
    if (size !== -1) return [0, size];
    const measure = parse(value);
    // Numbers of different units, such as 1 l and 500 ml, cannot be compared.
    return measure && units.size === 1 ? [1, measure.number] : [2, 0];
  };
  return values
    .map((value) => ({ value, position: position(value) }))
    .sort(({ position: [a, x] }, { position: [b, y] }) => a - b || x - y)
    .map(({ value }) => value);
}

/** The number with which a value begins, and what follows. */
function parse(value: string): { number: number; unit: string } | undefined {
  const [, number, unit] = /^(\d+(?:[.,]\d+)?)\s*(\D*)$/.exec(value) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  return { number: Number(number.replace(",", ".")), unit: unit.toLowerCase() };
}
