// Copies the examples of the README to files, which the type check compiles.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const directory = new URL("../.generated/", import.meta.url);

rmSync(directory, { recursive: true, force: true });
mkdirSync(directory);
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)];
if (examples.length === 0) throw new Error("the README has no examples");
for (const [index, [, code]] of examples.entries()) {
  writeFileSync(new URL(`example-${index + 1}.ts`, directory), `${code}\nexport {};\n`);
}
