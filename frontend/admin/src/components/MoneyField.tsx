import { decimals } from "@ferrocart/client";
import { Field, type FieldProps } from "./Field.tsx";

interface MoneyFieldProps extends Omit<FieldProps, "validate" | "type" | "inputMode"> {
  currency: string;
  allowsNegative?: boolean;
}

/** A field for an amount such as 19.99, in major units of a currency. */
export function MoneyField({ currency, label, allowsNegative = false, ...props }: MoneyFieldProps) {
  return (
    <Field
      {...props}
      label={`${label} (${currency})`}
      inputMode="decimal"
      validate={(text) => (text.trim() === "" || isAmount(text, currency, allowsNegative) ? true : hint(currency))}
    />
  );
}

/** Returns whether a text is an amount with the decimal places of the currency at most. */
export function isAmount(text: string, currency: string, allowsNegative = false): boolean {
  const places = decimals(currency);
  const fraction = places === 0 ? "" : `(\\.\\d{1,${places}})?`;
  return new RegExp(`^${allowsNegative ? "-?" : ""}\\d{1,10}${fraction}$`).test(text.trim());
}

function hint(currency: string): string {
  const places = decimals(currency);
  if (places === 0) return `Enter an amount without decimal places, such as 20.`;
  return `Enter an amount with at most ${places} decimal places, such as 19.${"9".repeat(places)}.`;
}
