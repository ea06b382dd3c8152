import { addressLines } from "@ferrocart/ui/address-lines.ts";
import { Link } from "@tanstack/react-router";
import type { AdminOrder } from "../../api.ts";
import { Card } from "../../components/Card.tsx";
import styles from "./order.module.css";

export function CustomerCard({ order: { customer, shipping_address, erased } }: { order: AdminOrder }) {
  return (
    <Card title="Customer">
      {customer ? (
        <div>
          <div>{customer.name}</div>
          <div>
            <a href={`mailto:${customer.email}`}>{customer.email}</a>
          </div>
          <Link to="/orders" search={{ user_id: customer.id }}>
            All orders of this customer
          </Link>
        </div>
      ) : (
        <p>The account is deleted.</p>
      )}
      <h3>Ship to</h3>
      {erased ? (
        <p>The address is erased, because the account was deleted.</p>
      ) : (
        <address className={styles.address}>
          {[...addressLines(shipping_address), shipping_address.phone].filter(Boolean).join("\n")}
        </address>
      )}
    </Card>
  );
}
