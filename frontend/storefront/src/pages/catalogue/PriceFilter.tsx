import { formatMoney, toMoney } from "@ferrocart/client";
import type { Facets } from "../../api.ts";
import type { Filters } from "./filters.ts";
import styles from "./ValueFilter.module.css";

interface PriceFilterProps {
  filters: Filters;
  price: Facets["price"];
  currency: string;
  apply: (filters: Filters) => void;
}

/** Ranges of prices with their counts, one of which can be selected. */
export function PriceFilter({ filters, price, currency, apply }: PriceFilterProps) {
  const { min_price, max_price, ...others } = filters;
  const isAny = min_price === undefined && max_price === undefined;
  const format = (amount: number) => formatMoney(toMoney(amount, currency));
  if (price.ranges.length === 0) return null;
  return (
    <fieldset className={styles.filter}>
      <legend>Price</legend>
      <label>
        <input type="radio" name="price" checked={isAny} onChange={() => apply(others)} />
        <span>Any price</span>
      </label>
      {price.ranges.map((range) => {
        const [min, max] = [String(range.min_price), String(range.max_price)];
        return (
          <label key={min}>
            <input
              type="radio"
              name="price"
              checked={min_price === min && max_price === max}
              onChange={() => apply({ ...others, min_price: min, max_price: max })}
            />
            <span>
              {format(range.min_price)} – {format(range.max_price)}
            </span>{" "}
            <span className={styles.count}>{range.product_count}</span>
          </label>
        );
      })}
    </fieldset>
  );
}
