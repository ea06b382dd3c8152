import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import type { OwnSentences } from "@ferrocart/ui/problems.ts";
import { useConfig } from "../app/services.tsx";
import styles from "./ErrorNote.module.css";

/** What has failed, with amounts in the currency of the shop. */
export function ErrorNote({ error, own }: { error: unknown; own?: OwnSentences }) {
  const { currency } = useConfig();
  return <ErrorMessage error={error} currency={currency} own={own} className={styles.note} />;
}
