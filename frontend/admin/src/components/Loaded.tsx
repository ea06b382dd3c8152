import { fieldErrors } from "@ferrocart/ui/problems.ts";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import { ErrorNote } from "./ErrorNote.tsx";
import styles from "./Loaded.module.css";

export function Loading() {
  return (
    <p role="status" className={styles.loading}>
      Loading …
    </p>
  );
}

interface LoadedProps<Data> {
  query: UseQueryResult<Data>;
  children: (data: Data) => ReactNode;
}

/** Shows the data of a query, that it is loading, or why it failed. Data of before remains visible beside an error. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  return (
    <>
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data !== undefined && (
        <div className={query.isPlaceholderData ? styles.stale : undefined}>{children(query.data)}</div>
      )}
    </>
  );
}

function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (Object.keys(fieldErrors(error)).length > 0) {
    return <p role="alert">Some filters are invalid. Correct them above.</p>;
  }
  return (
    <div className={styles.error}>
      <ErrorNote error={error} />
      <Button onPress={onRetry}>Try again</Button>
    </div>
  );
}
