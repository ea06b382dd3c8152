import { isProblem } from "@ferrocart/client";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { AdminOrder } from "../../api.ts";
import { BackLink } from "../../components/BackLink.tsx";
import { Badge } from "../../components/Badge.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { ORDER_STATUS } from "../../words.ts";
import { CustomerCard } from "./CustomerCard.tsx";
import { HistoryCard } from "./HistoryCard.tsx";
import { ItemsCard } from "./ItemsCard.tsx";
import { OrderActions } from "./OrderActions.tsx";
import { OrderNotices } from "./OrderNotices.tsx";
import styles from "./order.module.css";
import { PaymentCard } from "./PaymentCard.tsx";
import { useOrder } from "./queries.ts";
import { TrackingCard } from "./TrackingCard.tsx";

const route = getRouteApi("/admin/orders/$orderId");

export function OrderPage() {
  const { orderId } = route.useParams();
  const order = useOrder(orderId);
  if (isProblem(order.error, "not_found")) return <MissingOrder />;
  return <Loaded query={order}>{(order) => <OrderDetails order={order} />}</Loaded>;
}

function OrderDetails({ order }: { order: AdminOrder }) {
  const { label, tone } = ORDER_STATUS[order.status];
  return (
    <>
      <BackLink to="/orders">All orders</BackLink>
      <PageHeading title={`Order ${order.order_number}`}>
        <OrderActions order={order} />
      </PageHeading>
      <p className={styles.status}>
        <Badge tone={tone}>{label}</Badge>
      </p>
      <OrderNotices order={order} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <ItemsCard order={order} />
          <HistoryCard order={order} />
        </div>
        <div className={styles.column}>
          <PaymentCard order={order} />
          <CustomerCard order={order} />
          <TrackingCard order={order} />
        </div>
      </div>
    </>
  );
}

function MissingOrder() {
  return (
    <>
      <PageHeading title="Order not found" />
      <p>
        No order has this id. <Link to="/orders">Search in all orders</Link>
      </p>
    </>
  );
}
