// What must not happen on any page, whatever a scenario does.

import type { Page, Request } from "playwright-core";

/** The faults of the watched pages. */
export class Faults {
  readonly #found: string[] = [];

  /** Watches a page: its errors, violations of its content security policy, and equal requests at the same time. */
  watch(page: Page): void {
    page.on("pageerror", (error) => this.#found.push(`an error is not handled: ${error.stack ?? error}`));
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) this.#found.push(message.text());
    });
    page.on("dialog", (dialog) => {
      this.#found.push(`a script opened a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const inFlight = new Map<string, Request>();
    page.on("request", (request) => {
      if (!new URL(request.url()).pathname.startsWith("/api/")) return;
      const key = `${request.method()} ${request.url()} ${request.postData() ?? ""}`;
      if (inFlight.has(key)) this.#found.push(`two equal requests are in flight: ${key}`);
      inFlight.set(key, request);
    });
    const ended = (request: Request) => {
      for (const [key, it] of inFlight) if (it === request) inFlight.delete(key);
    };
    page.on("requestfinished", ended);
    page.on("requestfailed", ended);
  }

  /** Throws if there was a fault. */
  assertNone(): void {
    if (this.#found.length > 0) throw new Error(`faults of the pages:\n${this.#found.join("\n")}`);
  }
}
