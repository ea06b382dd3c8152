import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import type { OwnSentences } from "@ferrocart/ui/problems.ts";
import { isTemporary } from "@ferrocart/ui/query-client.ts";
import type { ReactNode } from "react";
import button from "./button.module.css";
import styles from "./loaded.module.css";

export function Loading() {
  return (
    <p role="status" className={styles.loading}>
      Loading …
    </p>
  );
}

interface Query<Data> {
  data: Data | undefined;
  error: unknown;
  isPending: boolean;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

interface LoadedProps<Data> {
  query: Query<Data>;
  own?: OwnSentences | undefined;
  children: (data: Data) => ReactNode;
}

/** Shows the data of a query, that it is loading, or why it failed. Data of before remains visible beside an error. */
export function Loaded<Data>({ query, own, children }: LoadedProps<Data>) {
  return (
    <>
      {query.error != null && (
        <div className={styles.failed}>
          <ErrorMessage error={query.error} own={own} />
          {isTemporary(query.error) && <p>This page tries again by itself every few seconds.</p>}
          <button type="button" className={button.secondary} onClick={() => void query.refetch()}>
            Try again
          </button>
        </div>
      )}
      {query.isPending && query.error == null && <Loading />}
      {query.data !== undefined && (
        <div className={query.isPlaceholderData ? styles.stale : undefined} aria-busy={query.isPlaceholderData}>
          {children(query.data)}
        </div>
      )}
    </>
  );
}
