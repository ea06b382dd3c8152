// Runs one scenario in Chromium: `main.js SCENARIO`. The environment names the shop, and a directory for a screenshot.

import { chromium } from "playwright-core";
import { FLAGS, setting } from "./launch.js";
import { serve } from "./page-server.js";
import { scenarios } from "./scenarios.js";

const name = process.argv[2] ?? "";
const scenario = scenarios[name];
if (!scenario) throw new Error(`no scenario ${name}; there are ${Object.keys(scenarios).join(", ")}`);
const api = setting("SHOP_URL");
const origins = { api: new URL(api).origin, bucket: new URL(setting("S3_URL")).origin, stripe: setting("STRIPE_URL") };
const { server, port } = await serve(origins);
// Fixed origins on a free port: those of a listed frontend, and of another one.
const rules = ["localhost:3000", "localhost:3999"].map((host) => `MAP ${host} 127.0.0.1:${port}`);
const args = [...FLAGS, `--host-resolver-rules=${rules.join(",")},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1`];
const browser = await chromium.launch({ executablePath: setting("CHROMIUM"), args });
try {
  const context = await browser.newContext();
  context.setDefaultTimeout(30_000);
  const [page, foreign] = [await context.newPage(), await context.newPage()];
  page.on("console", (message) => console.error(`console: ${message.text()}`));
  page.on("pageerror", (error) => console.error(`page: ${error}`));
  const administrator = { email: setting("ADMIN_EMAIL"), password: setting("ADMIN_PASSWORD") };
  try {
    await scenario({ api, page, foreign, administrator });
  } catch (error) {
    await page.screenshot({ path: `${setting("KEPT")}/screenshot.png`, fullPage: true });
    throw error;
  }
} finally {
  await browser.close();
  server.close();
}
