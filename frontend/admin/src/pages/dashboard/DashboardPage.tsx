import { ok } from "@ferrocart/client";
import { choice } from "@ferrocart/ui/search-params.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { Stats } from "../../api.ts";
import { useShop } from "../../app/services.tsx";
import { Card } from "../../components/Card.tsx";
import { Loaded, Loading } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { SelectField } from "../../components/SelectField.tsx";
import styles from "./dashboard.module.css";
import { KeyFigures } from "./KeyFigures.tsx";
import { LowStock } from "./LowStock.tsx";
import { OtherCurrencies } from "./OtherCurrencies.tsx";

// The library for charts is larger than all other code of these pages.
const RevenueChart = lazy(() => import("./RevenueChart.tsx"));
const StatusChart = lazy(() => import("./StatusChart.tsx"));
const ProductsChart = lazy(() => import("./ProductsChart.tsx"));

const route = getRouteApi("/admin/");
const PERIODS = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "365 days" },
] as const;
const DEFAULT_DAYS = "30";

export function DashboardPage() {
  const navigate = useNavigate();
  const search = route.useSearch();
  const days = choice(search.days, ["7", "30", "90", "365"]) ?? DEFAULT_DAYS;
  const stats = useStats(Number(days));
  return (
    <>
      <PageHeading title="Dashboard">
        <SelectField
          label="Period"
          value={days}
          choices={PERIODS}
          onChange={(days) => void navigate({ to: ".", search: { days } })}
        />
      </PageHeading>
      <Loaded query={stats}>{(stats) => <Figures stats={stats} />}</Loaded>
    </>
  );
}

/** Reads the figures of whole days in UTC, which end with today. */
function useStats(days: number) {
  const shop = useShop();
  return useQuery({
    queryKey: ["stats", days],
    queryFn: ({ signal }) => {
      const from = new Date();
      from.setUTCHours(0, 0, 0, 0);
      from.setUTCDate(from.getUTCDate() - days + 1);
      return ok(shop.GET("/admin/stats", { params: { query: { from: from.toISOString() } }, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

function Figures({ stats }: { stats: Stats }) {
  return (
    <div className={styles.cards}>
      <KeyFigures stats={stats} />
      <div className={styles.wide}>
        <Card title="Revenue by day">
          <Suspense fallback={<Loading />}>
            <RevenueChart days={stats.revenue_by_day} currency={stats.currency} />
          </Suspense>
        </Card>
      </div>
      <Card title="Top products">
        <Suspense fallback={<Loading />}>
          <ProductsChart products={stats.top_products} currency={stats.currency} />
        </Suspense>
      </Card>
      <Card title="Orders by status">
        <Suspense fallback={<Loading />}>
          <StatusChart counts={stats.orders_by_status} />
        </Suspense>
      </Card>
      <div className={styles.wide}>
        <LowStock variants={stats.low_stock} />
      </div>
      <OtherCurrencies currencies={stats.other_currencies} />
    </div>
  );
}
