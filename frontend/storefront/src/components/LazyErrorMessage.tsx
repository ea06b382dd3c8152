import type { ComponentProps } from "react";
import { lazy, Suspense } from "react";

type ErrorMessageProps = ComponentProps<typeof import("@ferrocart/ui/ErrorMessage.tsx").ErrorMessage>;

// The sentences are not part of the first view. Without a connection they cannot be loaded, but then this one is right.
const ErrorMessage = lazy(() =>
  import("@ferrocart/ui/ErrorMessage.tsx").then(
    (module) => ({ default: module.ErrorMessage }),
    () => ({ default: Unreachable }),
  ),
);

function Unreachable(_: ErrorMessageProps) {
  return <p role="alert">The shop cannot be reached. Please check your connection.</p>;
}

/** A sentence about an error, on pages whose code is loaded at once. */
export function LazyErrorMessage(props: ErrorMessageProps) {
  return (
    <Suspense fallback={null}>
      <ErrorMessage {...props} />
    </Suspense>
  );
}
