// Tokens in links of mails. They are in the fragment, which no server receives.

import { useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** Returns the token of a fragment such as `#token=..`. */
export function tokenOf(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? undefined;
}

/** Returns the token of the link that has opened the page, and removes it from the address and the history. */
export function useFragmentToken(): string | undefined {
  const router = useRouter();
  const hash = useRouterState({ select: ({ location }) => location.hash });
  const [token, setToken] = useState<string>();
  const opened = tokenOf(hash);
  // Also a link that is opened in a tab with this page.
  if (opened !== undefined && opened !== token) setToken(opened);
  useEffect(() => {
    if (hash) router.history.replace(location.pathname + location.search);
  }, [router, hash]);
  return token;
}
