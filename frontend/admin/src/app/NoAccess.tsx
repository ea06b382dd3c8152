import { Button } from "../components/Button.tsx";
import { PageHeading } from "../components/PageHeading.tsx";
import styles from "./NoAccess.module.css";
import { useConfig, useSession } from "./services.tsx";

/** What a customer sees. */
export function NoAccess() {
  const session = useSession();
  const { name } = useConfig();

  return (
    <main className={styles.page}>
      <PageHeading title="These pages are for administrators" />
      <p>You are signed in with a customer's account of {name}, which cannot open them.</p>
      <div className={styles.actions}>
        <a href="/">Go to the shop</a>
        <Button onPress={() => void session.logOut().catch(() => {})}>Sign in with another account</Button>
      </div>
    </main>
  );
}
