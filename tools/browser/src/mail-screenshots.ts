// Takes the screenshots of a mail for the documentation: `mail-screenshots.js SNAPSHOTS DIRECTORY`.

import { join } from "node:path";
import { chromium } from "playwright-core";
import { FLAGS, setting } from "./launch.js";
import { NARROW, WIDE, forbidRequests, readSnapshots } from "./mail-snapshots.js";

const KIND = "order_shipped";

const [file = "", directory = ""] = process.argv.slice(2);
const html = (await readSnapshots(file)).get(KIND);
if (!html) throw new Error(`${file} does not contain ${KIND}`);
const browser = await chromium.launch({ executablePath: setting("CHROMIUM"), args: FLAGS });
try {
  const page = await browser.newPage();
  forbidRequests(page);
  await page.setContent(html);
  for (const [name, viewport] of [["mail", WIDE], ["mail-narrow", NARROW]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(directory, `${name}.jpg`), type: "jpeg", quality: 80 });
    console.log(`${name}.jpg`);
  }
} finally {
  await browser.close();
}
