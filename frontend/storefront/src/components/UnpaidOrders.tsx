import { Link } from "@tanstack/react-router";
import { useOrders } from "../data/orders.ts";
import { Notice } from "./Notice.tsx";

/** Orders that wait for their payment, in case the customer has come back from it. */
export function UnpaidOrders() {
  const orders = useOrders();
  const unpaid = orders.data?.pages[0]?.items.filter(({ status }) => status === "pending") ?? [];
  return unpaid.map(({ id, order_number }) => (
    <Notice key={id}>
      <span>The order {order_number} is not paid yet.</span>
      <Link to="/orders/$orderId" params={{ orderId: id }}>
        Continue with order {order_number}
      </Link>
    </Notice>
  ));
}
