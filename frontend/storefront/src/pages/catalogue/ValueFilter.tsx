import { useState } from "react";
import type { FacetValue } from "../../api.ts";
import { Button } from "../../components/Button.tsx";
import { valuesOf } from "./filters.ts";
import styles from "./ValueFilter.module.css";

/** The number of values that are visible at first. */
const VISIBLE = 8;

interface ValueFilterProps {
  label: string;
  values: FacetValue[];
  /** The list of selected values. */
  selected: string | undefined;
  /** What precedes values in the list. */
  prefix?: string;
  onToggle: (value: string) => void;
}

/** Checkboxes with the values of one filter. */
export function ValueFilter({ label, values, selected, prefix = "", onToggle }: ValueFilterProps) {
  const [showsAll, setShowsAll] = useState(false);
  const chosen = valuesOf(selected).filter((value) => value.startsWith(prefix));
  // Selected values remain visible, even if no product has them.
  const missing = chosen
    .map((value) => value.slice(prefix.length))
    .filter((value) => !values.some((it) => it.value === value))
    .map((value) => ({ value, product_count: 0 }));
  const all = [...values, ...missing];
  if (all.length === 0) return null;
  const isChosen = (value: string) => chosen.includes(prefix + value);
  const visible = showsAll ? all : all.filter(({ value }, index) => index < VISIBLE || isChosen(value));

  return (
    <fieldset className={styles.filter}>
      <legend>{label}</legend>
      {visible.map(({ value, product_count }) => (
        <label key={value}>
          <input type="checkbox" checked={isChosen(value)} onChange={() => onToggle(prefix + value)} />
          <span>{value}</span> <span className={styles.count}>{product_count}</span>
        </label>
      ))}
      {all.length > VISIBLE && (
        <Button kind="link" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? "Show fewer" : `Show all ${all.length}`}
        </Button>
      )}
    </fieldset>
  );
}
