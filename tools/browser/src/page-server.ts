// Serves the page, under the content security policy that a storefront needs.

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The origins that the page uses, beside its own. */
export interface Origins {
  api: string;
  bucket: string;
  stripe: string;
}

function policy({ api, bucket, stripe }: Origins): string {
  return [
    "default-src 'none'",
    `connect-src ${api} ${bucket} ${stripe}`,
    `frame-src ${stripe}`,
    `img-src ${bucket}`,
    `script-src 'self' ${stripe}`,
  ].join("; ");
}

/** Serves the script, and the page under every other path. Returns the server and its port. */
export async function serve(origins: Origins): Promise<{ server: Server; port: number }> {
  const [script, page] = await Promise.all([
    readFile(new URL("../page/shop.js", import.meta.url)),
    readFile(new URL("../../page/index.html", import.meta.url)),
  ]);
  const server = createServer((request, response) => {
    const isScript = request.url === "/shop.js";
    response.setHeader("content-security-policy", policy(origins));
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}
