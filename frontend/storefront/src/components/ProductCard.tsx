import { Picture } from "@ferrocart/ui/Picture.tsx";
import { Price } from "@ferrocart/ui/Price.tsx";
import { Link } from "@tanstack/react-router";
import type { ProductSummary } from "../api.ts";
import styles from "./ProductCard.module.css";

/** A product in a list. `isFirst`: its image is visible at once. */
export function ProductCard({ product, isFirst }: { product: ProductSummary; isFirst: boolean }) {
  const { slug, name, thumbnail, currency, min_price, max_price, compare_at_price, colors, in_stock } = product;
  return (
    <article className={styles.card}>
      <div className={styles.picture}>
        {thumbnail && <Picture src={thumbnail} alt="" isFirst={isFirst} />}
        {!in_stock && <span className={styles.badge}>Sold out</span>}
        {in_stock && compare_at_price !== null && <span className={styles.badge}>Sale</span>}
      </div>
      <h2 className={styles.name}>
        <Link to="/products/$slug" params={{ slug }}>
          {name}
        </Link>
      </h2>
      <p className={styles.price}>
        {min_price !== max_price && "from "}
        <strong>
          <Price amount={min_price} currency={currency} />
        </strong>{" "}
        {compare_at_price !== null && (
          <s>
            <span className={styles.spoken}>formerly </span>
            <Price amount={compare_at_price} currency={currency} />
          </s>
        )}
      </p>
      {colors.length > 1 && <p className={styles.colors}>{colors.length} colors</p>}
    </article>
  );
}
