import styles from "./QuantitySelect.module.css";

/** The largest number that can be selected, unless a line has more. */
const MAX = 20;

interface QuantitySelectProps {
  label: string;
  quantity: number;
  stock: number;
  isBusy: boolean;
  onChange: (quantity: number) => void;
}

export function QuantitySelect({ label, quantity, stock, isBusy, onChange }: QuantitySelectProps) {
  const numbers = Array.from({ length: Math.min(stock, MAX) }, (_, index) => index + 1);
  if (!numbers.includes(quantity)) numbers.push(quantity);
  return (
    <select
      className={styles.select}
      aria-label={label}
      aria-busy={isBusy}
      value={quantity}
      onChange={(event) => onChange(Number(event.target.value))}
    >
      {numbers.map((number) => (
        <option key={number}>{number}</option>
      ))}
    </select>
  );
}
