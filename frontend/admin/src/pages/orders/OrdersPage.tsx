import { ok } from "@ferrocart/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useShop } from "../../app/services.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { Pager } from "../../components/Pager.tsx";
import { OrderFilters } from "./OrderFilters.tsx";
import { OrdersTable } from "./OrdersTable.tsx";
import { orderQuery } from "./search.ts";

const route = getRouteApi("/admin/orders");

export function OrdersPage() {
  const shop = useShop();
  const search = route.useSearch();
  const orders = useQuery({
    queryKey: ["orders", "list", search],
    queryFn: ({ signal }) => ok(shop.GET("/admin/orders/summaries", { params: { query: orderQuery(search) }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeading title="Orders" />
      <OrderFilters search={search} error={orders.error} />
      <Loaded query={orders}>
        {({ items, next_cursor }) => (
          <>
            <OrdersTable label="Orders" orders={items} />
            <Pager cursor={search.cursor} next={next_cursor} />
          </>
        )}
      </Loaded>
    </>
  );
}
