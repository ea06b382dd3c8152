import type { Facets } from "../../api.ts";
import { Button } from "../../components/Button.tsx";
import styles from "./FilterPanel.module.css";
import { countFilters, type Filters, toggle } from "./filters.ts";
import { PriceFilter } from "./PriceFilter.tsx";
import { ValueFilter } from "./ValueFilter.tsx";
import { inOrder } from "./value-order.ts";

interface FilterGroupsProps {
  filters: Filters;
  facets: Facets;
  apply: (filters: Filters) => void;
}

/** All filters with the number of products of each value. */
export function FilterGroups({ filters, facets, apply }: FilterGroupsProps) {
  const selected = countFilters(filters);
  return (
    <div className={styles.groups}>
      {selected > 0 && (
        <Button kind="link" onClick={() => apply(filters.q ? { q: filters.q } : {})}>
          Remove all filters
        </Button>
      )}
      <label className={styles.stock}>
        <input type="checkbox" checked={filters.in_stock === "true"} onChange={() => apply(toggleStock(filters))} />
        In stock only <span className={styles.count}>{facets.stock.in_stock}</span>
      </label>
      <PriceFilter filters={filters} price={facets.price} currency={facets.currency} apply={apply} />
      {(["size", "color"] as const).map((name) => (
        <ValueFilter
          key={name}
          label={name === "size" ? "Size" : "Color"}
          values={inOrder(facets[name].values)}
          selected={filters[name]}
          onToggle={(value) => apply(toggle(filters, name, value))}
        />
      ))}
      {facets.options.map(({ name, values }) => (
        <ValueFilter
          key={name}
          label={name}
          values={inOrder(values)}
          selected={filters.option}
          prefix={`${name}:`}
          onToggle={(value) => apply(toggle(filters, "option", value))}
        />
      ))}
    </div>
  );
}

function toggleStock({ in_stock, ...filters }: Filters): Filters {
  return in_stock ? filters : { ...filters, in_stock: "true" };
}
