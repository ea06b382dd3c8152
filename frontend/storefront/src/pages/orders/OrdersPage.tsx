import { Price } from "@ferrocart/ui/Price.tsx";
import { Link } from "@tanstack/react-router";
import { AccountNav } from "../../components/AccountNav.tsx";
import { Button } from "../../components/Button.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { date, STATUS } from "../../components/order-words.ts";
import { PageHeading } from "../../components/PageHeading.tsx";
import { RequireUser } from "../../components/RequireUser.tsx";
import { useOrders } from "../../data/orders.ts";
import styles from "./orders.module.css";

export function OrdersPage() {
  return (
    <RequireUser>
      <AccountNav />
      <PageHeading>Your orders</PageHeading>
      <Orders />
    </RequireUser>
  );
}

function Orders() {
  const orders = useOrders();
  return (
    <>
      <Loaded query={orders}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p>You have not ordered anything yet.</p>;
          return (
            <ul className={styles.orders}>
              {items.map(({ id, order_number, created_at, item_count, status, total_amount, currency }) => (
                <li key={id}>
                  <p>
                    <Link to="/orders/$orderId" params={{ orderId: id }}>
                      Order {order_number}
                    </Link>
                    <span className={styles.details}>
                      {date(created_at)} · {item_count === 1 ? "1 item" : `${item_count} items`}
                    </span>
                  </p>
                  <p className={styles.status}>{STATUS[status]}</p>
                  <p>
                    <Price amount={total_amount} currency={currency} />
                  </p>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
      {orders.hasNextPage && (
        <Button isBusy={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
          Show older orders
        </Button>
      )}
    </>
  );
}
