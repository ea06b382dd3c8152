import { Price } from "@ferrocart/ui/Price.tsx";
import type { Product, Variant } from "../../api.ts";
import styles from "./product.module.css";

/** The price of the selected variant, or the lowest one until all options are selected. */
export function PriceTag({ product, variant }: { product: Product; variant: Variant | undefined }) {
  const { currency, variants } = product;
  const prices = variants.map(({ price }) => price);
  const lowest = prices.length > 0 ? Math.min(...prices) : product.base_price;
  const isRange = variant === undefined && prices.some((price) => price !== lowest);
  const former = variant ? variant.compare_at_price : isRange ? null : product.compare_at_price;
  return (
    <p className={styles.price}>
      {isRange && "from "}
      <Price amount={variant?.price ?? lowest} currency={currency} />{" "}
      {former !== null && (
        <s>
          <Price amount={former} currency={currency} />
        </s>
      )}
    </p>
  );
}
