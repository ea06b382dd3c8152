// The filters of the list of orders, in the URL.

import { choice, texts } from "@ferrocart/ui/search-params.ts";
import { FLAGS, ORDER_STATUSES, type OrderQuery, PAYMENT_STATUSES } from "../../api.ts";

const NAMES = [
  "status",
  "payment_status",
  "flag",
  "order_number",
  "email",
  "user_id",
  "sku",
  "from",
  "to",
  "cursor",
] as const;

/** Filters as the form shows them. `from` and `to` are days, both included. */
export type OrderSearch = { [Name in (typeof NAMES)[number]]?: string };

export function parseOrderSearch(search: Record<string, unknown>): OrderSearch {
  return texts(search, [...NAMES]);
}

/** Returns the query of the API. The days are those of the browser's time zone. */
export function orderQuery({ status, payment_status, flag, from, to, ...others }: OrderSearch): OrderQuery {
  return dropUndefined({
    ...others,
    status: choice(status, ORDER_STATUSES),
    payment_status: choice(payment_status, PAYMENT_STATUSES),
    flag: choice(flag, FLAGS),
    from: startOfDay(from, 0),
    to: startOfDay(to, 1),
  });
}

function startOfDay(day: string | undefined, offset: number): string | undefined {
  const [year, month, date] = (day ?? "").split("-").map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + offset).toISOString();
}

function dropUndefined<T extends object>(query: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof dropUndefined<T>
  >;
}
