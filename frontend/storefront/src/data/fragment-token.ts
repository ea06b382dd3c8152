// Tokens in links of mails. They are in the fragment, which no server receives.

import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** Returns the token of a fragment such as `#token=..`. */
export function tokenOf(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? undefined;
}

/** Returns the token of the link that has opened the page, and removes it from the address and the history. */
export function useFragmentToken(): string | undefined {
  const router = useRouter();
  const [token] = useState(() => tokenOf(location.hash));
  useEffect(() => {
    if (location.hash) router.history.replace(location.pathname + location.search);
  }, [router]);
  return token;
}
