// The frame of all pages: navigation, account, and the end of a session.

import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useRouteContext, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { AccountMenu } from "./AccountMenu.tsx";
import { MobileNavigation, Navigation } from "./Navigation.tsx";
import { NoAccess } from "./NoAccess.tsx";
import { SessionDialog } from "./SessionDialog.tsx";
import styles from "./Shell.module.css";
import { useConfig, useSession } from "./services.tsx";

export function Shell() {
  const { user } = useRouteContext({ from: "/admin" });
  const { name } = useConfig();
  const hasExpired = useSessionEnd(user.role === "admin");
  if (user.role !== "admin") return <NoAccess />;
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        Skip to the content
      </a>
      <header className={styles.header}>
        <MobileNavigation />
        <span className={styles.name}>{name}</span>
        <AccountMenu />
      </header>
      <Navigation className={styles.sidebar} />
      <main id="content" className={styles.main}>
        <Outlet />
      </main>
      {hasExpired && <SessionDialog userId={user.id} />}
    </div>
  );
}

/** Leaves the pages when the session ends. Returns whether it has expired: then the page, and what is typed into it, stays. */
function useSessionEnd(isAdmin: boolean): boolean {
  const session = useSession();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [hasExpired, setHasExpired] = useState(false);
  useEffect(
    () =>
      session.subscribe((change) => {
        setHasExpired(change === "expired");
        if (change === "ended") {
          queryClient.clear();
          // A customer asked for this page, and signs in with another account to open it.
          const search = isAdmin ? {} : { next: router.state.location.href };
          void router.navigate({ to: "/sign-in", search, ignoreBlocker: true });
        } else if (change === "started") {
          void router.invalidate();
          void queryClient.invalidateQueries();
        }
      }),
    [session, router, queryClient, isAdmin],
  );
  return hasExpired;
}
