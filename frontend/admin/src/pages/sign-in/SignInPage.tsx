import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useConfig } from "../../app/services.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { SignInForm } from "./SignInForm.tsx";
import styles from "./sign-in.module.css";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { next } = route.useSearch();
  const { name } = useConfig();
  const router = useRouter();

  async function leave() {
    // Only a path of these pages, not another site.
    const isPath = next?.startsWith("/") && !next.startsWith("//");
    router.history.replace(isPath ? `${router.basepath.replace(/\/$/, "")}${next}` : router.basepath);
  }

  return (
    <main className={styles.page}>
      <p className={styles.shop}>{name}</p>
      <PageHeading title="Sign in" />
      <p>These pages are for the administrators of the shop.</p>
      <SignInForm onDone={leave} />
    </main>
  );
}
