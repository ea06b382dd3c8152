// The order of the values of a filter. The API sorts them by their number of products.

import type { FacetValue } from "../../api.ts";

const SIZES = ["XXXS", "XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL", "4XL", "5XL", "6XL"];
/** Other names of the same sizes. */
const SYNONYMS: Record<string, string> = { SMALL: "S", MEDIUM: "M", LARGE: "L", "2XL": "XXL", "3XL": "XXXL" };
const NUMBER = /\d+(?:[.,]\d+)?/g;

/** Returns sizes from small to large, then numbers of each unit in ascending order. All other values follow as they are. */
export function inOrder(values: FacetValue[]): FacetValue[] {
  // Different units, such as 1 l and 500 ml, cannot be compared. They remain in the order of the API.
  const units = [...new Set(values.map(({ value }) => unitOf(value)))];
  return values
    .map((value) => ({ value, position: positionOf(value.value, units) }))
    .sort((one, other) => compare(one.position, other.position))
    .map(({ value }) => value);
}

function positionOf(value: string, units: string[]): number[] {
  // S/M follows S.
  const [name = "", ...rest] = value.toUpperCase().split("/");
  const size = SIZES.indexOf(SYNONYMS[name] ?? name);
  if (size !== -1) return [0, size, rest.length];
  const numbers = value.match(NUMBER)?.map((number) => Number(number.replace(",", "."))) ?? [];
  return numbers.length > 0 ? [1, units.indexOf(unitOf(value)), ...numbers] : [2];
}

/** What surrounds the numbers of a value. */
function unitOf(value: string): string {
  return value.toLowerCase().replaceAll(NUMBER, "#").replaceAll(" ", "");
}

function compare(one: number[], other: number[]): number {
  const index = one.findIndex((number, index) => number !== other[index]);
  return (one[index] ?? 0) - (other[index] ?? 0);
}
