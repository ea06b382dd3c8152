// What template.yaml does on CloudFront is what `cargo xtask dev` does locally.

import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { headers } from "./headers.ts";

const TEMPLATE = readFileSync(new URL("../../template.yaml", import.meta.url), "utf8");

/** The text of a resource. */
function resource(name: string): string {
  const text = TEMPLATE.split(`\n  ${name}:\n`)[1]?.split(/\n(?= {0,2}\S)/)[0];
  if (!text) throw new Error(`the template has no ${name}`);
  return text;
}

/** The value behind a key on one line. */
function value(text: string, key: string): string {
  const found = text.split(`${key}: `)[1]?.match(/^("[^"]*"|[^,}\n]+)/)?.[0];
  if (!found) throw new Error(`no ${key}`);
  return found.replaceAll('"', "");
}

test("CloudFront sends the headers of the local shop, with Stripe in the place of its stand-in", () => {
  const text = resource("FrontendHeaders");
  const policy = text.split("- >-\n")[1]?.split("\n              - Images:")[0] ?? "";
  const custom = text.matchAll(/\{Header: ([a-z-]+), Value: ("[^"]*"|[^,]+), Override: true\}/g);
  const seconds = value(text, "AccessControlMaxAgeSec");
  const subdomains = value(text, "IncludeSubdomains") === "true" ? "; includeSubDomains" : "";
  equal(value(text, "ContentTypeOptions"), "{Override: true");
  const sent = {
    "content-security-policy": policy.replaceAll(/\s+/g, " ").trim(),
    "referrer-policy": value(text, ", ReferrerPolicy"),
    "strict-transport-security": `max-age=${seconds}${subdomains}`,
    "x-content-type-options": "nosniff",
    "x-frame-options": value(text, ", FrameOption"),
    ...Object.fromEntries([...custom].map(([, name, it]) => [name, it?.replaceAll('"', "")])),
  };
  const images = { images: `\${Images} \${OtherImageOrigins}`, uploads: `\${Uploads}` };
  deepEqual(sent, headers({ payment: undefined, ...images, watches: false }));
});

test("no script but the shop's own and Stripe's runs in the pages, and nothing inline", () => {
  const policy = headers({ payment: undefined, images: "", uploads: "", watches: false })["content-security-policy"];
  ok(policy?.startsWith("default-src 'none'; "));
  const hosts = [...(policy ?? "").matchAll(/https:\/\/(?:\*\.)?([a-z.]+)/g)].map(([, host]) => host);
  deepEqual(new Set(hosts), new Set(["api.stripe.com", "js.stripe.com", "hooks.stripe.com"]));
  ok(!policy?.includes("unsafe"));
});

test("CloudFront leads the paths of pages to their app, and files to themselves", () => {
  const code = resource("FrontendRoutes").split("FunctionCode: |\n")[1] ?? "";
  const handler = new Function(`${code}; return handler;`)() as (event: object) => { uri: string };
  const led = (uri: string) => handler({ request: { uri } }).uri;
  for (const page of ["/", "/products/harbor-tee", "/account/orders", "/administrator"])
    equal(led(page), "/index.html");
  for (const page of ["/admin", "/admin/", "/admin/orders/6740a1b2c3d4e5f601234567"]) {
    equal(led(page), "/admin/index.html");
  }
  for (const file of ["/config.json", "/assets/index-B1x.js", "/admin/assets/index-C2.css", "/robots.txt"]) {
    equal(led(file), file);
  }
});
