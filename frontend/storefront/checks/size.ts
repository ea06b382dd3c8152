// Measures the JavaScript of the first view, compressed: the entry of the built storefront, whose first page is the
// catalogue, with all chunks that it loads statically. Fails above the limit.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** The limit in bytes. */
const LIMIT = 120_000;

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

const dist = new URL("../dist/", import.meta.url);
const manifest: Record<string, Chunk> = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

/** The names of a chunk and of all chunks that it loads statically. */
function loaded(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const imported of manifest[name]?.imports ?? []) loaded(imported, found);
  return found;
}

const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry);
if (!entry) throw new Error("the build has no entry");
let total = 0;
for (const name of loaded(entry)) {
  const file = manifest[name]?.file;
  if (!file) throw new Error(`the manifest has no ${name}`);
  const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += bytes;
  process.stdout.write(`${file}: ${(bytes / 1000).toFixed(1)} kB\n`);
}
process.stdout.write(`first view of the storefront: ${(total / 1000).toFixed(1)} kB of ${LIMIT / 1000} kB\n`);
if (total > LIMIT) throw new Error(`the first view loads ${total} bytes of JavaScript; the limit is ${LIMIT}`);
