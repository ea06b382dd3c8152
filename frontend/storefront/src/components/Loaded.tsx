import type { OwnSentences } from "@ferrocart/ui/problems.ts";
import { isTemporary } from "@ferrocart/ui/query-client.ts";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import { LazyErrorMessage } from "./LazyErrorMessage.tsx";
import styles from "./Loaded.module.css";
import { Notice } from "./Notice.tsx";

export function Loading() {
  return (
    <p role="status" className={styles.loading}>
      Loading …
    </p>
  );
}

interface LoadedProps<Data> {
  /** The result of a query, of one page or of several. */
  query: {
    data: Data | undefined;
    error: unknown;
    isPending: boolean;
    isPlaceholderData: boolean;
    refetch: () => unknown;
  };
  own?: OwnSentences | undefined;
  children: (data: Data) => ReactNode;
}

/** Shows the data of a query, that it is loading, or why it failed. Data of before remains visible beside an error. */
export function Loaded<Data>({ query, own, children }: LoadedProps<Data>) {
  const { data, error, isPending, isPlaceholderData, refetch } = query;
  return (
    <>
      {error !== null && (
        <Notice kind="danger">
          <LazyErrorMessage error={error} own={own} />
          {isTemporary(error) && <span>This page continues as soon as the shop responds.</span>}
          <Button onClick={() => void refetch()}>Try again</Button>
        </Notice>
      )}
      {isPending && error === null && <Loading />}
      {data !== undefined && <div className={isPlaceholderData ? styles.stale : undefined}>{children(data)}</div>}
    </>
  );
}
