/** A time in the language and time zone of the browser. */
export function Time({ value }: { value: string }) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  return <time dateTime={value}>{format.format(new Date(value))}</time>;
}
