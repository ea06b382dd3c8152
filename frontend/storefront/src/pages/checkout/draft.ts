// What the customer has entered in the checkout. It survives a reload, the back button and a login, until the order exists.

import { useState } from "react";
import { type AddressDraft, emptyAddress } from "../../components/address.ts";

const KEY = "ferrocart.checkout";

export interface CheckoutDraft {
  /** A stored address, `new` for the one in the form, or undefined before the customer has chosen. */
  choice?: string;
  address: AddressDraft;
  /** Where a guest receives mails about the order. */
  email: string;
  /** Whether the address in the form is to be stored in the account. */
  isStored: boolean;
}

function read(name: string): CheckoutDraft {
  const empty = { address: emptyAddress(name), email: "", isStored: true };
  try {
    const draft: Partial<CheckoutDraft> = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    // A guest who has signed in has perhaps entered no name before.
    return { ...empty, ...draft, address: { ...empty.address, ...draft.address, name: draft.address?.name || name } };
  } catch {
    return empty;
  }
}

export function forgetDraft(): void {
  sessionStorage.removeItem(KEY);
}

/** Returns the draft, at first with the name of the customer, and a function that changes it. */
export function useDraft(name: string): [CheckoutDraft, (change: Partial<CheckoutDraft>) => void] {
  const [draft, setDraft] = useState(() => read(name));
  return [
    draft,
    (change) => {
      const next = { ...draft, ...change };
      setDraft(next);
      sessionStorage.setItem(KEY, JSON.stringify(next));
    },
  ];
}
