// Measures the JavaScript of first views, compressed: the scripts of the built index.html and the code of a page, with all
// files that they import statically. Fails above the limit.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** The limit in bytes. */
const LIMIT = 120_000;

/** The pages with which visits begin, and what they load at once. */
const PAGES = {
  "the catalogue": ["src/pages/catalogue/CataloguePage.tsx", "src/pages/catalogue/FilterGroups.tsx"],
  "a product": ["src/pages/product/ProductPage.tsx"],
};

const dist = new URL("../dist/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, dist), "utf8");
const manifest: Record<string, { file: string; imports?: string[] }> = JSON.parse(read(".vite/manifest.json"));

/** The files of a chunk and of all chunks that it imports statically. */
function loaded(name: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`the manifest has no ${name}`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports ?? []) loaded(imported, found);
  return found;
}

function chunkOf(file: string | undefined): string {
  const name = Object.keys(manifest).find((it) => manifest[it]?.file === file);
  if (!name) throw new Error(`the manifest has no ${file}`);
  return name;
}

const scripts = [...read("index.html").matchAll(/<script type="module"[^>]* src="\/([^"]+)"/g)].map(([, file]) => file);
if (scripts.length === 0) throw new Error("index.html has no script");
for (const [page, names] of Object.entries(PAGES)) {
  const files = new Set([...scripts.map(chunkOf), ...names].flatMap((name) => [...loaded(name)]));
  const sizes = [...files].map((file) => gzipSync(read(file), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  process.stdout.write(`first view of ${page}: ${(total / 1000).toFixed(1)} kB of ${LIMIT / 1000} kB\n`);
  if (total > LIMIT) throw new Error(`${page} loads ${total} bytes of JavaScript; the limit is ${LIMIT}`);
}
