// What every page of calls needs: where the shop is, and checks.

declare const process: { env: Record<string, string | undefined> };

/** The base URL of the shop, with `/api/v1`. */
export const baseUrl = process.env.SHOP_URL ?? "http://localhost:9000/api/v1";

/** Returns a value that must be there. */
export function present<T>(value: T | null | undefined, name: string): T {
  if (value == null) throw new Error(`${name} is missing`);
  return value;
}

/** Throws unless both values are equal. */
export function expectEqual<T>(found: T, expected: T, name: string): void {
  if (found !== expected) throw new Error(`${name} is ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** The account of a new customer. */
export function newCustomer() {
  const email = `ada-${Math.random().toString(36).slice(2)}@example.com`;
  return { name: "Ada Lovelace", email, password: "correct horse battery" };
}

export const address = {
  type: "shipping",
  street: "1 Main Street",
  city: "Springfield",
  state: "IL",
  zip: "62701",
  country: "US",
} as const;
