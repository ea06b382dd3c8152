// Measures the JavaScript of the first view, compressed: the scripts of the built index.html, whose first page is the
// catalogue, with all files that they import statically. Fails above the limit.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** The limit in bytes. */
const LIMIT = 120_000;

const dist = new URL("../dist/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, dist), "utf8");
const chunks: { file: string; imports?: string[] }[] = Object.values(JSON.parse(read(".vite/manifest.json")));
const names = new Map(Object.keys(JSON.parse(read(".vite/manifest.json"))).map((name, index) => [name, chunks[index]]));

/** The files of a chunk and of all chunks that it imports statically. */
function loaded(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const chunk = chunks.find((it) => it.file === file);
  if (!chunk) throw new Error(`the manifest has no ${file}`);
  for (const name of chunk.imports ?? []) loaded(names.get(name)?.file ?? name, found);
  return found;
}

const scripts = [...read("index.html").matchAll(/<script type="module"[^>]* src="\/([^"]+)"/g)].map(([, file]) => file);
const files = new Set(scripts.flatMap((file) => (file ? [...loaded(file)] : [])));
if (files.size === 0) throw new Error("index.html has no script");
let total = 0;
for (const file of files) {
  const bytes = gzipSync(read(file), { level: 9 }).length;
  total += bytes;
  process.stdout.write(`${file}: ${(bytes / 1000).toFixed(1)} kB\n`);
}
process.stdout.write(`first view of the storefront: ${(total / 1000).toFixed(1)} kB of ${LIMIT / 1000} kB\n`);
if (total > LIMIT) throw new Error(`the first view loads ${total} bytes of JavaScript; the limit is ${LIMIT}`);
