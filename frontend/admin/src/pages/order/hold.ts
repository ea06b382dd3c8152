// Why an order is held back.

import type { AdminOrder, HoldReason } from "../../api.ts";

/** Returns why a paid order must not be shipped; undefined if it may. The shop checks it, too. */
export function holdReason({ payment, flags, refunds }: AdminOrder): HoldReason | undefined {
  if (flags.includes("disputed")) return "disputed";
  if (payment.status === "refunded") return "refunded";
  return refunds.some(({ restocked }) => restocked) ? "restocked" : undefined;
}
