import type { ReactNode } from "react";
import { orderToken } from "../data/order-tokens.ts";
import { RequireUser } from "./RequireUser.tsx";

/** Shows its children to the guest whose order it is, and to customers who are signed in. Others sign in first. */
export function RequireAccess({ orderId, children }: { orderId: string; children: ReactNode }) {
  return orderToken(orderId) === undefined ? <RequireUser>{children}</RequireUser> : children;
}
