import { Price } from "@ferrocart/ui/Price.tsx";
import { Link } from "@tanstack/react-router";
import type { AdminOrderSummary } from "../../api.ts";
import { Badge } from "../../components/Badge.tsx";
import { type DataColumn, DataTable } from "../../components/DataTable.tsx";
import { Time } from "../../components/Time.tsx";
import { FLAG, ORDER_STATUS, PAYMENT_STATUS } from "../../words.ts";
import styles from "./orders.module.css";

const COLUMNS: DataColumn<AdminOrderSummary>[] = [
  {
    id: "number",
    label: "Order",
    isRowHeader: true,
    render: ({ id, order_number, flags }) => (
      <span className={styles.badges}>
        <Link to="/orders/$orderId" params={{ orderId: id }} className={styles.number ?? ""}>
          {order_number}
        </Link>
        {flags.map((flag) => (
          <Badge key={flag} tone="danger">
            {FLAG[flag].label}
          </Badge>
        ))}
      </span>
    ),
  },
  { id: "date", label: "Placed", render: ({ created_at }) => <Time value={created_at} /> },
  {
    id: "customer",
    label: "Customer",
    render: ({ customer, guest_email }) => customer?.name ?? guest_email ?? "Deleted account",
  },
  {
    id: "status",
    label: "Status",
    render: ({ status }) => <Badge tone={ORDER_STATUS[status].tone}>{ORDER_STATUS[status].label}</Badge>,
  },
  {
    id: "payment",
    label: "Payment",
    render: ({ payment_status: status }) => (
      <Badge tone={PAYMENT_STATUS[status].tone}>{PAYMENT_STATUS[status].label}</Badge>
    ),
  },
  { id: "pieces", label: "Pieces", isNumber: true, render: ({ item_count }) => item_count },
  {
    id: "total",
    label: "Total",
    isNumber: true,
    render: ({ total_amount, currency }) => <Price amount={total_amount} currency={currency} />,
  },
];

interface OrdersTableProps {
  label: string;
  orders: AdminOrderSummary[];
  empty?: string;
}

export function OrdersTable({ label, orders, empty = "No order matches these filters." }: OrdersTableProps) {
  return <DataTable label={label} columns={COLUMNS} items={orders} empty={empty} />;
}
