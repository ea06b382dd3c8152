// What a session keeps, in the storage and in the memory of the page.

import type { components } from "./schema.ts";
import type { KeyValueStorage } from "./storage.ts";

type Schemas = components["schemas"];

/** `token`: the storage has all tokens. `cookie`: it has the user only. */
export type SessionMode = "token" | "cookie";

/** The user of a session. */
export type SessionUser = Pick<Schemas["User"], "id" | "role">;

/** A session. */
export interface State {
  user: SessionUser;
  /** Null in `cookie` mode, until the page has one. */
  access_token: string | null;
  /** When the access token expires, in milliseconds since 1970 by the clock of this device. */
  expires_at: number;
  /** Null in `cookie` mode. */
  refresh_token: string | null;
}

/** Reads and writes the state of a session. */
export interface StateStore {
  read(): Promise<State | null>;
  write(tokens: Schemas["Session"]): Promise<void>;
  clear(): Promise<void>;
}

/** Creates a store for a key of a storage. */
export function stateStore(mode: SessionMode, storage: KeyValueStorage, key: string): StateStore {
  let memory: State | null = null;
  return {
    async read() {
      const stored = parseState(await storage.getItem(key));
      if (mode === "token") return stored?.refresh_token ? stored : null;
      // Another tab may have logged out, and in again as another user.
      if (memory?.user.id !== stored?.user.id) memory = null;
      return memory ?? stored;
    },
    async write({ user, access_token, expires_in, refresh_token }) {
      const { id, role } = user;
      const state = { user: { id, role }, access_token, expires_at: Date.now() + 1000 * expires_in, refresh_token };
      if (mode === "cookie") memory = state;
      await storage.setItem(key, JSON.stringify(mode === "cookie" ? { user: state.user } : state));
    },
    async clear() {
      memory = null;
      await storage.removeItem(key);
    },
  };
}

/** Parses a stored session. Anything else is no session. */
export function parseState(text: string | null): State | null {
  try {
    const state: Partial<State> | null = JSON.parse(text ?? "null");
    if (typeof state?.user?.id !== "string") return null;
    const { user, access_token = null, expires_at = 0, refresh_token = null } = state;
    return { user, access_token, expires_at, refresh_token };
  } catch {
    return null;
  }
}
