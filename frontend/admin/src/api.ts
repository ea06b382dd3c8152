// The shapes of the API under short names. They come from the contract.

import type { components, ListQuery } from "@ferrocart/client";

type Schemas = components["schemas"];

export type AdminOrder = Schemas["AdminOrder"];
export type AdminOrderSummary = Schemas["AdminOrderSummary"];
export type AdminProductSummary = Schemas["AdminProductSummary"];
export type AdminUser = Schemas["AdminUser"];
export type Actor = Schemas["Actor"];
export type Flag = Schemas["Flag"];
export type HoldReason = Schemas["HoldReason"];
export type ImportError = Schemas["ImportError"];
export type OrderStatus = Schemas["OrderStatus"];
export type PaymentStatus = Schemas["PaymentStatus"];
export type Product = Schemas["Product"];
export type ProductImport = Schemas["ProductImport"];
export type ProductInput = Schemas["ProductInput"];
export type ProductPatch = Schemas["ProductPatch"];
export type Refund = Schemas["Refund"];
export type Role = Schemas["Role"];
export type Stats = Schemas["Stats"];
export type Variant = Schemas["Variant"];

export type OrderQuery = ListQuery<"/admin/orders/summaries">;
export type ProductQuery = ListQuery<"/admin/products">;
export type UserQuery = ListQuery<"/admin/users">;

export const ORDER_STATUSES: OrderStatus[] = ["pending", "processing", "shipped", "delivered", "cancelled"];

export const PAYMENT_STATUSES: PaymentStatus[] = [
  "requires_payment",
  "processing",
  "succeeded",
  "failed",
  "canceled",
  "partially_refunded",
  "refunded",
];

export const FLAGS: Flag[] = ["amount_mismatch", "foreign_intent", "paid_after_end", "refund_failed", "disputed"];

export const ROLES: Role[] = ["customer", "admin"];
