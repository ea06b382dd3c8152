// The options of a variant as text.

/** Returns the values of options, such as `Black, Size M`. Colours and materials explain themselves. */
export function optionsText(options: Record<string, string>): string {
  return Object.entries(options)
    .map(([name, value]) => (name === "Size" ? `Size ${value}` : value))
    .join(", ");
}
