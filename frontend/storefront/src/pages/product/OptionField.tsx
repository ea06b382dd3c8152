import type { Product } from "../../api.ts";
import styles from "./OptionField.module.css";
import { isInStock, type Selection } from "./selection.ts";

interface OptionFieldProps {
  option: Product["options"][number];
  product: Product;
  selection: Selection;
  isMissing: boolean;
  onSelect: (value: string) => void;
}

/** The values of an option. Those that are sold out in the selected combination can be selected, but are marked. */
export function OptionField({ option: { name, values }, product, selection, isMissing, onSelect }: OptionFieldProps) {
  return (
    <fieldset className={styles.field} aria-invalid={isMissing || undefined}>
      <legend>
        {name}
        {selection[name] && <span className={styles.selected}> {selection[name]}</span>}
      </legend>
      <div className={styles.values}>
        {values.map((value) => {
          const isAvailable = isInStock(product, selection, name, value);
          return (
            <label key={value} className={isAvailable ? undefined : styles.soldOut}>
              <input
                type="radio"
                name={name}
                value={value}
                checked={selection[name] === value}
                onChange={() => onSelect(value)}
                aria-label={isAvailable ? value : `${value}, sold out`}
              />
              {value}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
