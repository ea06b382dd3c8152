import { ok } from "@ferrocart/client";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FLAGS, type Flag } from "../../api.ts";
import { useShop } from "../../app/services.tsx";
import { Badge } from "../../components/Badge.tsx";
import { Card } from "../../components/Card.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { Loaded, Loading } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { FLAG } from "../../words.ts";
import { OrdersTable } from "../orders/OrdersTable.tsx";
import { ProductsTable } from "../products/ProductsTable.tsx";
import styles from "./attention.module.css";

const SHOWN = 5;
/** A product with a variant of at most this stock is listed. */
const LOW_STOCK = 3;

export function AttentionPage() {
  return (
    <>
      <PageHeading title="Needs attention" />
      <div className={styles.cards}>
        <FlaggedOrders />
        <OrdersToShip />
        <LowStockProducts />
      </div>
    </>
  );
}

function useFlaggedOrders() {
  const shop = useShop();
  return useQueries({
    queries: FLAGS.map((flag) => ({
      queryKey: ["orders", "list", { flag, limit: SHOWN }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        ok(shop.GET("/admin/orders/summaries", { params: { query: { flag, limit: SHOWN } }, signal })),
    })),
  });
}

/** A card for each flag that an order has. */
function FlaggedOrders() {
  const results = useFlaggedOrders();
  const failed = results.find((result) => result.isError);
  if (failed) return <ErrorNote error={failed.error} />;
  if (results.some((result) => result.isPending)) return <Loading />;
  const flagged = FLAGS.flatMap((flag, index) => {
    const list = results[index]?.data;
    return list && list.items.length > 0 ? [{ flag, ...list }] : [];
  });
  if (flagged.length === 0) {
    return (
      <Card title="Flagged orders">
        <p>No order has a problem: no disputes, no failed refunds, and no payments that do not match.</p>
      </Card>
    );
  }
  return flagged.map(({ flag, items, next_cursor }) => (
    <Card key={flag} title={FLAG[flag].label} actions={<Count shown={items.length} hasMore={next_cursor !== null} />}>
      <p>
        {FLAG[flag].meaning} {FLAG[flag].remedy}
      </p>
      <OrdersTable label={`Orders with the flag ${FLAG[flag].label}`} orders={items} />
      {next_cursor !== null && <AllFlagged flag={flag} />}
    </Card>
  ));
}

function Count({ shown, hasMore }: { shown: number; hasMore: boolean }) {
  return <Badge tone="danger">{hasMore ? `More than ${shown}` : shown}</Badge>;
}

function AllFlagged({ flag }: { flag: Flag }) {
  return (
    <Link to="/orders" search={{ flag }}>
      All of them
    </Link>
  );
}

function OrdersToShip() {
  const shop = useShop();
  const query = { status: "processing", limit: SHOWN } as const;
  const orders = useQuery({
    queryKey: ["orders", "list", query],
    queryFn: ({ signal }) => ok(shop.GET("/admin/orders/summaries", { params: { query }, signal })),
  });
  return (
    <Card
      title="Orders to ship"
      actions={
        <Link to="/orders" search={{ status: "processing" }}>
          All orders to ship
        </Link>
      }
    >
      <Loaded query={orders}>
        {({ items }) => <OrdersTable label="Orders to ship" orders={items} empty="Every paid order is shipped." />}
      </Loaded>
    </Card>
  );
}

function LowStockProducts() {
  const shop = useShop();
  const query = { is_active: true, max_stock: LOW_STOCK, limit: SHOWN } as const;
  const products = useQuery({
    queryKey: ["products", "list", query],
    queryFn: ({ signal }) => ok(shop.GET("/admin/products", { params: { query }, signal })),
  });
  return (
    <Card
      title="Low stock"
      actions={
        <Link to="/products" search={{ is_active: "true", max_stock: String(LOW_STOCK) }}>
          All products with low stock
        </Link>
      }
    >
      <Loaded query={products}>
        {({ items }) => (
          <ProductsTable
            label="Products with low stock"
            products={items}
            empty={`Every variant has more than ${LOW_STOCK} pieces.`}
          />
        )}
      </Loaded>
    </Card>
  );
}
