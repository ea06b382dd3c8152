// The typed client of a Ferrocart shop.

export { type CacheOptions, cached, categoryTag, PRODUCTS_TAG, productTag } from "./cache.ts";
export { type Purpose, withIdempotencyKey } from "./idempotency.ts";
export { decimals, formatMoney, fromMinor, type Money, minus, plus, times, toAmount, toMoney } from "./money.ts";
export { ok } from "./ok.ts";
export { items, type ListItem, type ListOptions, type ListPath, type ListQuery } from "./pages.ts";
export {
  type ApiProblem,
  isProblem,
  type NetworkProblem,
  type Problem,
  type ProblemCode,
  type ProblemOf,
  ShopError,
  type UnexpectedResponseProblem,
} from "./problem.ts";
export type { components, operations, paths } from "./schema.ts";
export { createSession, type Session, type SessionChange, type SessionOptions } from "./session.ts";
export type { SessionMode, SessionUser } from "./session-state.ts";
export { createShop, type Shop, type ShopOptions } from "./shop.ts";
export { type BrowserStorageOptions, browserStorage, type KeyValueStorage, memoryStorage } from "./storage.ts";
export { type UploadOptions, type UploadProgress, uploadImage } from "./upload-image.ts";
export { UnpaidError, type UnpaidReason, type WaitOptions, waitUntilPaid } from "./wait-until-paid.ts";
