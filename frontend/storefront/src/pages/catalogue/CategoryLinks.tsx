import { Link } from "@tanstack/react-router";
import type { Facets } from "../../api.ts";
import styles from "./CategoryLinks.module.css";
import { type Filters, valuesOf } from "./filters.ts";

/** Links to each category. Other filters do not apply to another category. */
export function CategoryLinks({ filters, facets }: { filters: Filters; facets: Facets | undefined }) {
  const { q, category } = filters;
  const selected = valuesOf(category);
  const names = facets?.category.values.map(({ value }) => value).toSorted((a, b) => a.localeCompare(b)) ?? selected;
  const search = (name?: string): Filters => ({
    ...(q && { q }),
    ...(name && { category: name.replaceAll(",", "\\,") }),
  });
  return (
    <nav aria-label="Categories" className={styles.links}>
      <Link
        to="/"
        search={search()}
        activeOptions={{ exact: true }}
        aria-current={selected.length === 0 ? "page" : undefined}
      >
        All
      </Link>
      {names.map((name) => (
        <Link
          key={name}
          to="/"
          search={search(name)}
          activeOptions={{ exact: true }}
          aria-current={selected.includes(name) ? "page" : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
