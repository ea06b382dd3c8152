// Idempotency keys that survive a reload of the page.

import { ok } from "./ok.ts";
import { isProblem, type ProblemCode } from "./problem.ts";
import { exclusively, type KeyValueStorage } from "./storage.ts";

/** What a key is for. */
export interface Purpose {
  /** Where the key is kept until the result is known. */
  storage: KeyValueStorage;
  /** The action, such as `checkout`. There is one key for each. */
  purpose: string;
  /** What it is applied to, such as the `updated_at` of the cart. Another subject gets another key. */
  subject?: string;
}

interface StoredKey {
  key: string;
  subject: string;
  /** When it was generated, in milliseconds since 1970. */
  at: number;
}

/** The time for which the shop recognizes a key, in milliseconds. */
const LIFETIME = 24 * 60 * 60 * 1000;

/** After these problems the request may have taken effect, or may be sent again as it is. */
const UNDECIDED: ProblemCode[] = [
  "network",
  "unexpected_response",
  "internal",
  "unavailable",
  "not_ready",
  "idempotency_in_progress",
  "rate_limited",
  "unauthenticated",
  "token_expired",
];

/**
 * Sends a request with an idempotency key, and returns its data. If its result remains unknown, because the connection
 * fails or the page is closed, the next request for the same purpose has the same key, so that both take effect once.
 * Throws a `ShopError` if the request fails.
 */
export async function withIdempotencyKey<Data>(
  { storage, purpose, subject = "" }: Purpose,
  send: (key: string) => Parameters<typeof ok<Data>>[0],
): Promise<Data> {
  const name = `ferrocart.idempotency.${purpose}`;
  // Two clicks, or two tabs, at the same time use one key.
  const key = await exclusively(storage, name, async () => {
    const stored = parse(await storage.getItem(name));
    if (stored?.subject === subject && Date.now() - stored.at < LIFETIME) return stored.key;
    const generated: StoredKey = { key: randomKey(), subject, at: Date.now() };
    await storage.setItem(name, JSON.stringify(generated));
    return generated.key;
  });
  try {
    const data = await ok(send(key));
    await drop();
    return data;
  } catch (error) {
    if (isProblem(error) && !UNDECIDED.includes(error.problem.code)) await drop();
    throw error;
  }

  function drop() {
    return exclusively(storage, name, async () => {
      if (parse(await storage.getItem(name))?.key === key) await storage.removeItem(name);
    });
  }
}

/** `crypto.randomUUID` exists in secure contexts only. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function parse(text: string | null): StoredKey | null {
  try {
    const stored: Partial<StoredKey> | null = JSON.parse(text ?? "null");
    const { key, subject, at } = stored ?? {};
    return typeof key === "string" && typeof subject === "string" && typeof at === "number"
      ? { key, subject, at }
      : null;
  } catch {
    return null;
  }
}
