// Generates `src/schema.ts` from the committed contract with `--write`. Otherwise fails if it is not what is generated.

import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const contract = new URL("../../../openapi.json", import.meta.url);
const schema = new URL("../src/schema.ts", import.meta.url);

const generated = COMMENT_HEADER + astToString(await openapiTS(contract, { defaultNonNullable: false }));

if (process.argv.includes("--write")) {
  writeFileSync(schema, generated);
} else if (readFileSync(schema, "utf8") !== generated) {
  throw new Error("src/schema.ts is not generated from openapi.json: run `cargo xtask frontend --fix`");
}
