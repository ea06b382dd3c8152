import { lazy, Suspense } from "react";
import type { Facets } from "../../api.ts";
import styles from "./FilterPanel.module.css";
import { countFilters, type Filters } from "./filters.ts";

// They are loaded while the counts are.
const FilterGroups = lazy(async () => ({ default: (await import("./FilterGroups.tsx")).FilterGroups }));

interface FilterPanelProps {
  filters: Filters;
  facets: Facets | undefined;
  apply: (filters: Filters) => void;
}

/** The filters with the number of products of each value. On narrow screens they are closed at first. */
export function FilterPanel({ filters, facets, apply }: FilterPanelProps) {
  const selected = countFilters(filters);
  return (
    <aside aria-label="Filters">
      <details className={styles.panel} open={isWide()}>
        <summary>Filters{selected > 0 && ` (${selected})`}</summary>
        {facets && (
          <Suspense fallback={null}>
            <FilterGroups filters={filters} facets={facets} apply={apply} />
          </Suspense>
        )}
      </details>
    </aside>
  );
}

function isWide(): boolean {
  return matchMedia("(min-width: 800px)").matches;
}
