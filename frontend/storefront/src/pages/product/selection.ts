// Which variant of a product the customer has selected, option by option.

import type { Product, Variant } from "../../api.ts";

/** The selected values by the names of options. */
export type Selection = Record<string, string>;

/** Options that only the customer can decide. All others start with the first value in stock. */
const UNDECIDED = "Size";

/** Returns the selection with which the page starts: that of a SKU in the URL, or the first variant in stock. */
export function initialSelection({ options, variants }: Product, sku: string | undefined): Selection {
  const named = variants.find((variant) => variant.sku === sku);
  if (named) return named.options;
  const first = variants.find((variant) => variant.stock_quantity > 0) ?? variants[0];
  const decided = options.filter(({ name, values }) => values.length === 1 || name !== UNDECIDED);
  return Object.fromEntries(decided.flatMap(({ name }) => (first?.options[name] ? [[name, first.options[name]]] : [])));
}

/** Returns the variant if all options are selected, and there is such a variant. */
export function selectedVariant({ options, variants }: Product, selection: Selection): Variant | undefined {
  return variants.find((variant) => options.every(({ name }) => variant.options[name] === selection[name]));
}

/** The options without a selected value. */
export function missingOptions({ options }: Product, selection: Selection): string[] {
  return options.map(({ name }) => name).filter((name) => selection[name] === undefined);
}

/** Whether a value can be bought with the values that are selected of the other options. */
export function isInStock({ variants }: Product, selection: Selection, name: string, value: string): boolean {
  const wanted = Object.entries({ ...selection, [name]: value });
  return variants.some(
    (variant) => variant.stock_quantity > 0 && wanted.every(([option, it]) => variant.options[option] === it),
  );
}
