// Runs one scenario with the built apps in Chromium: `main.js SCENARIO`. The environment names the shop, and the directory that
// keeps what a failed scenario leaves: screenshots, a trace and the faults.

import { createInterface } from "node:readline";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { FLAGS, setting } from "../launch.js";
import { admin } from "./admin.js";
import { guest } from "./guest.js";
import { guestMails } from "./guest-mails.js";
import { readMails } from "./mails.js";
import { serveApps } from "./serve.js";
import { Shop } from "./shop.js";
import type { Scenario, Stage } from "./stage.js";
import { storefront } from "./storefront.js";
import { storefrontAccess } from "./storefront-access.js";
import { Faults } from "./watch.js";

const SCENARIOS: Record<string, Scenario> = { ...admin, ...guest, ...guestMails, ...storefront, ...storefrontAccess };
/** An origin that the shop allows. The browser connects to the storefront's port instead. */
const ORIGIN = "http://localhost:3000";

const name = process.argv[2] ?? "";
const scenario = SCENARIOS[name];
if (!scenario) throw new Error(`no scenario ${name}; there are ${Object.keys(SCENARIOS).join(", ")}`);
const [api, stripe, kept] = [setting("SHOP_URL"), setting("STRIPE_URL"), setting("KEPT")];
const administrator = { email: setting("ADMIN_EMAIL"), password: setting("ADMIN_PASSWORD") };
/** It emulates S3 and SES. */
const emulator = new URL(setting("S3_URL")).origin;
const backends = { frontend: setting("FRONTEND"), api: new URL(api).origin, stripe, images: emulator };

const { port, stop } = await serveApps(backends);
const rules = `MAP localhost:3000 127.0.0.1:${port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1`;
const browser = await chromium.launch({
  executablePath: setting("CHROMIUM"),
  args: [...FLAGS, `--host-resolver-rules=${rules}`],
});
const answers = createInterface({ input: process.stdin });
try {
  await run(browser, scenario);
} finally {
  answers.close();
  process.stdin.destroy();
  await browser.close();
  stop();
}

async function run(browser: Browser, scenario: Scenario): Promise<void> {
  const faults = new Faults();
  const contexts: BrowserContext[] = [];
  async function openContext(): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US" });
    context.setDefaultTimeout(60_000);
    context.on("page", (page) => faults.watch(page));
    await context.tracing.start({ screenshots: true, snapshots: true });
    contexts.push(context);
    return context;
  }
  const request = (step: string) =>
    new Promise<void>((resolve) => {
      answers.once("line", () => resolve());
      console.log(step);
    });
  const context = await openContext();
  const stage: Stage = {
    origin: ORIGIN,
    shop: new Shop(api, stripe, administrator),
    page: await context.newPage(),
    openTab: () => context.newPage(),
    openBrowser: async () => (await openContext()).newPage(),
    request,
    receive: async (address) => {
      await request("send-mails");
      return readMails(emulator, address);
    },
  };
  try {
    await scenario(stage);
    faults.assertNone();
  } catch (error) {
    console.error(error);
    for (const [number, context] of contexts.entries()) await keep(context, String(number));
    process.exitCode = 1;
  }
}

/** Keeps the screenshots and the trace of a browser. */
async function keep(context: BrowserContext, name: string): Promise<void> {
  for (const [tab, page] of context.pages().entries()) {
    await page.screenshot({ path: join(kept, `screenshot-${name}-${tab}.png`), fullPage: true });
  }
  await context.tracing.stop({ path: join(kept, `trace-${name}.zip`) });
}
