// Stripe.js, or its stand-in: the part that this page uses.

import type { Payment } from "../../api.ts";

interface StripeError {
  message?: string;
}

interface PaymentElement {
  mount(place: HTMLElement): void;
  destroy(): void;
  on(event: "ready" | "loaderror", listener: () => void): void;
}

export interface Elements {
  create(kind: "payment"): PaymentElement;
  submit(): Promise<{ error?: StripeError }>;
}

export interface Stripe {
  elements(options: { clientSecret: string; appearance?: object }): Elements;
  confirmPayment(options: {
    elements: Elements;
    confirmParams: { return_url: string };
    redirect: "if_required";
  }): Promise<{ error?: StripeError }>;
}

declare global {
  interface Window {
    Stripe?: (publishableKey: string) => Stripe;
  }
}

let script: Promise<void> | undefined;

/** Loads the script once per page, and returns Stripe for the key of the shop. */
export async function loadStripe({ publishable_key, script_url }: Payment): Promise<Stripe> {
  if (!publishable_key || !script_url) throw new Error("this shop takes no payments");
  script ??= addScript(script_url);
  try {
    await script;
  } catch (error) {
    // Another attempt loads it again.
    script = undefined;
    throw error;
  }
  if (!window.Stripe) throw new Error("the script of the payment has not defined Stripe");
  return window.Stripe(publishable_key);
}

function addScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = url;
    element.addEventListener("load", () => resolve());
    element.addEventListener("error", () => {
      element.remove();
      reject(new Error(`${url} cannot be loaded`));
    });
    document.head.append(element);
  });
}
