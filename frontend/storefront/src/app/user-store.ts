// The user of the session, as components read it.

import type { Session, SessionUser } from "@ferrocart/client";

/** The user of the session; null without one. */
export interface UserStore {
  current(): SessionUser | null;
  /** Reads the user again, without waiting for the session to report its change. */
  refresh(): Promise<void>;
  subscribe(listener: () => void): () => void;
}

export async function followUser(session: Session): Promise<UserStore> {
  let user = await session.user();
  const listeners = new Set<() => void>();
  async function refresh() {
    const latest = await session.user();
    if (latest?.id === user?.id) return;
    user = latest;
    for (const listener of listeners) listener();
  }
  session.subscribe(() => void refresh());
  return {
    current: () => user,
    refresh,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
