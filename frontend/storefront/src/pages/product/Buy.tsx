import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Product, Variant } from "../../api.ts";
import { Button } from "../../components/Button.tsx";
import { LazyErrorMessage } from "../../components/LazyErrorMessage.tsx";
import { Notice } from "../../components/Notice.tsx";
import { useAddToCart } from "../../data/change-cart.ts";
import { rememberPrice } from "../../data/seen-prices.ts";
import styles from "./Buy.module.css";
import { OptionField } from "./OptionField.tsx";
import { PriceTag } from "./PriceTag.tsx";
import { initialSelection, missingOptions, type Selection, selectedVariant } from "./selection.ts";

/** A number of pieces that is worth a warning. */
const FEW = 5;

/** Price, options and the button of a product. The selected SKU is in the URL, so that it survives a reload. */
export function Buy({ product }: { product: Product }) {
  const { sku } = useSearch({ from: "/products/$slug" });
  const navigate = useNavigate({ from: "/products/$slug" });
  const [selection, setSelection] = useState(() => initialSelection(product, sku));
  const [isIncomplete, setIsIncomplete] = useState(false);
  const add = useAddToCart();
  const variant = selectedVariant(product, selection);
  const missing = missingOptions(product, selection);

  function select(next: Selection) {
    setSelection(next);
    add.reset();
    const found = selectedVariant(product, next);
    void navigate({ search: found ? { sku: found.sku } : {}, replace: true, resetScroll: false });
  }

  function buy() {
    setIsIncomplete(variant === undefined);
    if (!variant) return;
    rememberPrice(variant.sku, variant.price);
    add.mutate({ product_id: product.id, variant_sku: variant.sku, quantity: 1 });
  }

  return (
    <>
      <PriceTag product={product} variant={variant} />
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!add.isPending) buy();
        }}
      >
        {product.options.map((option) => (
          <OptionField
            key={option.name}
            option={option}
            product={product}
            selection={selection}
            isMissing={isIncomplete && missing.includes(option.name)}
            onSelect={(value) => select({ ...selection, [option.name]: value })}
          />
        ))}
        <p className={styles.stock}>{stockOf(product, variant, missing)}</p>
        <Button type="submit" kind="primary" isBusy={add.isPending} disabled={variant?.stock_quantity === 0}>
          {add.isPending ? "Adding …" : "Add to cart"}
        </Button>
        <div role="status">
          {isIncomplete && !variant && (
            <Notice kind="warning">Please choose: {missing.join(", ") || "another combination"}</Notice>
          )}
          {add.isSuccess && (
            <Notice kind="success">
              Added to your cart. <Link to="/cart">Go to the cart</Link>
            </Notice>
          )}
        </div>
        {add.isError && (
          <Notice kind="danger">
            <LazyErrorMessage error={add.error} currency={product.currency} />
          </Notice>
        )}
      </form>
    </>
  );
}

function stockOf(product: Product, variant: Variant | undefined, missing: string[]): string {
  if (product.variants.every(({ stock_quantity }) => stock_quantity === 0)) return "Sold out";
  if (!variant) return missing.length > 0 ? "" : "This combination does not exist.";
  if (variant.stock_quantity === 0) return "Sold out in this combination";
  return variant.stock_quantity <= FEW ? `Only ${variant.stock_quantity} left` : "In stock";
}
