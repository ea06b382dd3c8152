import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Order } from "../api.ts";
import { useServices, useSessionUser } from "../app/services.tsx";
import { guestOrderIds } from "../data/order-tokens.ts";
import { orderQuery, useOrders } from "../data/orders.ts";
import { Notice } from "./Notice.tsx";

/** The number of orders of guests that are read. */
const LATEST = 3;

/** Orders that wait for their payment, in case the buyer has come back from it. */
export function UnpaidOrders() {
  return useSessionUser() ? <OfCustomer /> : <OfGuest />;
}

function OfCustomer() {
  const orders = useOrders();
  return <Unpaid orders={orders.data?.pages[0]?.items ?? []} />;
}

function OfGuest() {
  const services = useServices();
  const results = useQueries({
    queries: guestOrderIds()
      .slice(-LATEST)
      .map((id) => orderQuery(services, id)),
  });
  return <Unpaid orders={results.flatMap(({ data }) => data ?? [])} />;
}

function Unpaid({ orders }: { orders: Pick<Order, "id" | "order_number" | "status">[] }) {
  return orders
    .filter(({ status }) => status === "pending")
    .map(({ id, order_number }) => (
      <Notice key={id}>
        <span>The order {order_number} is not paid yet.</span>
        <Link to="/orders/$orderId" params={{ orderId: id }}>
          Continue with order {order_number}
        </Link>
      </Notice>
    ));
}
