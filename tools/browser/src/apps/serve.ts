// Serves the built apps as `cargo xtask dev` does: each by Vite, under one origin with the API.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** The servers that pages use. */
export interface Backends {
  /** The directory with the builds of the apps. */
  frontend: string;
  api: string;
  stripe: string;
  images: string;
}

/** A running storefront, which forwards requests for the admin pages. */
export interface Served {
  port: number;
  stop(): void;
}

/** Serves both apps, and waits until they respond. */
export async function serveApps({ frontend, api, stripe, images }: Backends): Promise<Served> {
  const settings = { API_ORIGIN: api, STRIPE_API_BASE: stripe, IMAGE_ORIGIN: images };
  const [adminPort, port] = [await freePort(), await freePort()];
  const ADMIN_ORIGIN = `http://127.0.0.1:${adminPort}`;
  const processes = [
    preview(join(frontend, "admin"), adminPort, settings),
    preview(join(frontend, "storefront"), port, { ...settings, ADMIN_ORIGIN }),
  ];
  const stop = () => processes.forEach((process) => process.kill());
  try {
    await Promise.all([responds(`${ADMIN_ORIGIN}/admin/`), responds(`http://127.0.0.1:${port}/`)]);
  } catch (error) {
    stop();
    throw error;
  }
  return { port, stop };
}

function preview(directory: string, port: number, settings: Record<string, string>): ChildProcess {
  const vite = join(directory, "../node_modules/vite/bin/vite.js");
  // Several tests serve at the same time, beside `cargo xtask dev`.
  const options = ["preview", "--bypass-lock", "--host", "127.0.0.1", "--strictPort", "--port", String(port)];
  const env = { ...process.env, ...settings };
  return spawn(process.execPath, [vite, ...options], { cwd: directory, env, stdio: ["ignore", "ignore", "inherit"] });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function responds(url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > deadline) throw new Error(`${url} does not respond: ${response?.status ?? "no connection"}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
