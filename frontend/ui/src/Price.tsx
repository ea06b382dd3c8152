import { formatMoney, toMoney } from "@ferrocart/client";

/** An amount of the API in the language of the browser. */
export function Price({ amount, currency }: { amount: number; currency: string }) {
  return <>{formatMoney(toMoney(amount, currency))}</>;
}
