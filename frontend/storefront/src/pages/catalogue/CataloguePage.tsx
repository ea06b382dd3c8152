import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "../../components/Button.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { ProductCard } from "../../components/ProductCard.tsx";
import { CategoryLinks } from "./CategoryLinks.tsx";
import styles from "./catalogue.module.css";
import { FilterPanel } from "./FilterPanel.tsx";
import { countFilters, type Filters, SORTS, valuesOf } from "./filters.ts";
import { useFacets, useProducts } from "./queries.ts";

/** The number of images that are visible at once. */
const FIRST_IMAGES = 4;

/** All products, or those of a search, with filters and their counts. */
export function CataloguePage() {
  const filters = useSearch({ from: "/" });
  const navigate = useNavigate();
  const products = useProducts(filters);
  const facets = useFacets(filters);
  const title = titleOf(filters);
  const apply = (next: Filters) => void navigate({ to: "/", search: next, resetScroll: false });

  return (
    <>
      <CategoryLinks filters={filters} facets={facets.data} />
      <div className={styles.head}>
        <PageHeading key={title}>{title}</PageHeading>
        <p role="status" className={styles.count}>
          {facets.data && countOf(facets.data.product_count, facets.data.is_capped)}
        </p>
        <label className={styles.sort}>
          Sort by{" "}
          <select value={filters.sort ?? ""} onChange={({ target }) => apply(withSort(filters, target.value))}>
            <option value="">{filters.q ? "Best match" : "Newest first"}</option>
            {SORTS.filter(({ value }) => value !== "newest" || filters.q).map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className={styles.columns}>
        <FilterPanel filters={filters} facets={facets.data} apply={apply} />
        <section aria-label="Products">
          <Loaded
            query={products}
            own={{ validation_failed: "These filters do not exist.", malformed_request: "These filters do not exist." }}
          >
            {({ pages }) => {
              const items = pages.flatMap((page) => page.items);
              if (items.length === 0) return <NoResults filters={filters} apply={apply} />;
              return (
                <ul className={styles.grid}>
                  {items.map((product, index) => (
                    <li key={product.id}>
                      <ProductCard product={product} isFirst={index < FIRST_IMAGES} />
                    </li>
                  ))}
                </ul>
              );
            }}
          </Loaded>
          {products.hasNextPage && (
            <p className={styles.more}>
              <Button isBusy={products.isFetchingNextPage} onClick={() => void products.fetchNextPage()}>
                Show more products
              </Button>
            </p>
          )}
        </section>
      </div>
    </>
  );
}

function NoResults({ filters, apply }: { filters: Filters; apply: (filters: Filters) => void }) {
  const { q } = filters;
  return (
    <div className={styles.empty}>
      <p>
        {q
          ? `Nothing matches “${q}”${countFilters(filters) > 0 ? " with these filters" : ""}.`
          : "Nothing matches these filters."}
      </p>
      {countFilters(filters) > 0 && <Button onClick={() => apply(q ? { q } : {})}>Remove all filters</Button>}
    </div>
  );
}

function titleOf({ q, category }: Filters): string {
  if (q) return `Results for “${q}”`;
  const categories = valuesOf(category);
  return categories.length === 0 ? "All products" : categories.join(", ");
}

function countOf(count: number, isCapped: boolean): string {
  return count === 1 ? "1 product" : `${count.toLocaleString()}${isCapped ? "+" : ""} products`;
}

function withSort({ sort: _, ...filters }: Filters, value: string): Filters {
  const known = SORTS.find((sort) => sort.value === value);
  return known ? { ...filters, sort: known.value } : filters;
}
