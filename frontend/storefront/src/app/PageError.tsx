import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { PageHeading } from "../components/PageHeading.tsx";
import button from "../components/button.module.css";

/** A page whose code could not be loaded, for example after a new version was published, or that failed. */
export function PageError({ error }: { error: unknown }) {
  return (
    <>
      <PageHeading>Something went wrong</PageHeading>
      <ErrorMessage error={error} />
      <p>
        <button type="button" className={button.primary} onClick={() => location.reload()}>
          Reload the page
        </button>
      </p>
    </>
  );
}
