// Measures what the built package adds to a page, minified and compressed, and fails above the limit.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** The limit in bytes for everything that the package exports. */
const LIMIT = 8_000;

const entry = fileURLToPath(new URL("../dist/index.js", import.meta.url));

/** Bundles a module that uses these exports. */
async function size(exports: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export ${exports} from ${JSON.stringify(entry)};`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
  });
  const bundle = outputFiles[0];
  if (!bundle) throw new Error("esbuild has written nothing");
  return gzipSync(bundle.contents, { level: 9 }).length;
}

const all = await size("*");
const figures = [
  ["everything", all],
  ["calls without a session", await size("{ createShop, ok }")],
  ["money", await size("{ toMoney, plus, times, formatMoney }")],
] as const;
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const rows = figures.map(([name, bytes]) => `| ${name} | ${(bytes / 1000).toFixed(1)} kB |`);
process.stdout.write(`${rows.join("\n")}\n`);
if (!rows.every((row) => readme.includes(row))) throw new Error("the README has other figures");
if (all > LIMIT) throw new Error(`the package has ${all} bytes; the limit is ${LIMIT}`);
