// The tokens of guests' orders, from the checkout on this device or from the link in a mail.

const KEY = "ferrocart.order-tokens";
/** The number of orders whose tokens are kept. */
const KEPT = 20;

function read(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function write(tokens: Record<string, string>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(Object.entries(tokens).slice(-KEPT))));
  } catch {
    // Without a storage, the link of the mail still opens the order.
  }
}

/** Returns the ids of the orders that guests have placed or opened on this device, the latest last. */
export const guestOrderIds = () => Object.keys(read());

export const orderToken = (id: string): string | undefined => read()[id];

export function keepOrderToken(id: string, token: string): void {
  const { [id]: _, ...others } = read();
  write({ ...others, [id]: token });
}

export function forgetOrderToken(id: string): void {
  const { [id]: _, ...others } = read();
  write(others);
}

/** On a device of several people, who signs out leaves nothing behind. */
export function forgetOrderTokens(): void {
  write({});
}

/** The header that gives access to a guest's order. That to a customer's follows from the session. */
export function orderHeaders(id: string): { "Order-Token"?: string } {
  const token = orderToken(id);
  return token === undefined ? {} : { "Order-Token": token };
}
