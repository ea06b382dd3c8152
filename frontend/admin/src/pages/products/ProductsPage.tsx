import { ok } from "@ferrocart/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useShop } from "../../app/services.tsx";
import { LinkButton } from "../../components/LinkButton.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { Pager } from "../../components/Pager.tsx";
import { ProductFilters } from "./ProductFilters.tsx";
import { ProductsTable } from "./ProductsTable.tsx";
import { productQuery } from "./search.ts";

const route = getRouteApi("/admin/products");

export function ProductsPage() {
  const shop = useShop();
  const search = route.useSearch();
  const products = useQuery({
    queryKey: ["products", "list", search],
    queryFn: ({ signal }) => ok(shop.GET("/admin/products", { params: { query: productQuery(search) }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeading title="Products">
        <LinkButton to="/products/new">New product</LinkButton>
      </PageHeading>
      <ProductFilters search={search} error={products.error} />
      <Loaded query={products}>
        {({ items, next_cursor }) => (
          <>
            <ProductsTable label="Products" products={items} />
            <Pager cursor={search.cursor} next={next_cursor} />
          </>
        )}
      </Loaded>
    </>
  );
}
