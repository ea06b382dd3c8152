// The mails of the shop, from the snapshots of their tests: `==== KIND` is before each of them.

import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";

export const NARROW = { width: 390, height: 844 };
export const WIDE = { width: 800, height: 800 };

/** Returns the HTML of each kind of mail. */
export async function readSnapshots(file: string): Promise<Map<string, string>> {
  const [, , ...content] = (await readFile(file, "utf8")).split(/^---\n/m);
  const [, ...parts] = content.join("").split(/^==== (\w+)\n/m);
  const mails = new Map<string, string>();
  for (let index = 0; index < parts.length; index += 2) mails.set(parts[index] ?? "", parts[index + 1] ?? "");
  if (mails.size === 0) throw new Error(`${file} contains no mails`);
  return mails;
}

/** Ends the program with an error if a page requests anything: mails load nothing. */
export function forbidRequests(page: Page): void {
  page.on("request", (request) => {
    throw new Error(`a mail loads ${request.url()}`);
  });
}
