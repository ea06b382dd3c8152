// Days and amounts on the axes of charts.

import { formatMoney, toMoney } from "@ferrocart/client";

/** Formats a day of UTC such as 2026-11-22, without its year. */
export function formatDay(date: string): string {
  const format = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
  return format.format(new Date(`${date}T00:00:00Z`));
}

export function formatAmount(amount: number, currency: string): string {
  return formatMoney(toMoney(amount, currency));
}

/** Formats an amount on an axis, rounded: `$1.2K`. */
export function formatRounded(amount: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: "currency", currency, notation: "compact" }).format(amount);
}
