import styles from "./dashboard.module.css";

interface ChartTooltipProps<Item> {
  /** Returns the lines to show for the data under the pointer. */
  describe: (item: Item) => string[];
  /** Recharts adds the rest. */
  active?: boolean;
  payload?: readonly { payload?: Item }[];
}

export function ChartTooltip<Item>({ describe, active, payload }: ChartTooltipProps<Item>) {
  const item = payload?.[0]?.payload;
  if (!active || item === undefined) return null;
  return (
    <div className={styles.tooltip}>
      {describe(item).map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}
