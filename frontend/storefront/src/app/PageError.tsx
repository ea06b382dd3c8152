import { Button } from "../components/Button.tsx";
import { LazyErrorMessage } from "../components/LazyErrorMessage.tsx";
import { Notice } from "../components/Notice.tsx";

/** What remains of a page that has failed, or whose code could not be loaded, for example after a new version. */
export function PageError({ error }: { error: unknown }) {
  return (
    <Notice kind="danger">
      <LazyErrorMessage error={error} />
      <Button onClick={() => location.reload()}>Reload the page</Button>
    </Notice>
  );
}
