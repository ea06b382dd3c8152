// Reading the catalogue. A search that is replaced by the next one is cancelled.

import { ok } from "@ferrocart/client";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useShop } from "../../app/services.tsx";
import { type Filters, toQuery } from "./filters.ts";

/** The number of products per page. */
const LIMIT = 24;

export function useProducts(filters: Filters) {
  const shop = useShop();
  return useInfiniteQuery({
    queryKey: ["products", filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...toQuery(filters), limit: LIMIT, ...(pageParam !== null && { cursor: pageParam }) };
      return ok(shop.GET("/products", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function useFacets({ sort: _, ...filters }: Filters) {
  const shop = useShop();
  return useQuery({
    queryKey: ["facets", filters],
    queryFn: ({ signal }) => ok(shop.GET("/products/facets", { params: { query: toQuery(filters) }, signal })),
    placeholderData: keepPreviousData,
  });
}
