// The headers of both apps, from the file that the tests of template.yaml read, too. The two digests permit the styles that React Aria
// inserts: touch actions of buttons, and scrolling behind dialogs on iOS. The tests in the browser fail if it inserts others.

import { readFileSync } from "node:fs";

interface File {
  headers: Record<string, string>;
  contentSecurityPolicy: Record<string, string>;
  stripe: Record<string, string>;
}

export interface Sources {
  /** The origin of a stand-in for Stripe, or undefined for Stripe itself. */
  payment: string | undefined;
  /** The origins from which images are loaded, separated by spaces. */
  images: string;
  /** The origin to which images are uploaded. */
  uploads: string;
  /** Whether Vite's development server may insert its own scripts and styles into the pages. */
  watches: boolean;
}

/** Returns the headers of every file of the apps. */
export function headers({ payment, images, uploads, watches }: Sources): Record<string, string> {
  const { headers, contentSecurityPolicy, stripe } = JSON.parse(
    readFileSync(new URL("headers.json", import.meta.url), "utf8"),
  ) as File;
  const own: Record<string, string> = { images, uploads };
  const source = (name: string) => own[name] ?? payment ?? stripe[name] ?? "";
  const directives = Object.entries(contentSecurityPolicy).map(([name, value]) => {
    const sources = value.replaceAll(/\{([a-z-]+)\}/g, (_, it: string) => source(it)).trimEnd();
    if (!watches || !["script-src", "style-src"].includes(name)) return `${name} ${sources}`;
    // Beside a digest, browsers ignore `unsafe-inline`.
    return `${name} ${sources.replaceAll(/ 'sha256-[^']+'/g, "")} 'unsafe-inline'`;
  });
  return { ...headers, "content-security-policy": directives.join("; ") };
}
