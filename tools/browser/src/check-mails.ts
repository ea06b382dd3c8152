// Checks in Chromium that mails fit a telephone and a window, and that everybody can read them: `check-mails.js SNAPSHOTS..`.

import { ok } from "node:assert/strict";
import { chromium } from "playwright-core";
import { assertAccessible } from "./apps/axe.js";
import { FLAGS, setting } from "./launch.js";
import { NARROW, WIDE, forbidRequests, readSnapshots } from "./mail-snapshots.js";

const browser = await chromium.launch({ executablePath: setting("CHROMIUM"), args: FLAGS });
try {
  const page = await browser.newPage();
  forbidRequests(page);
  for (const file of process.argv.slice(2)) {
    for (const [kind, html] of await readSnapshots(file)) {
      await page.setContent(html);
      for (const viewport of [NARROW, WIDE]) {
        await page.setViewportSize(viewport);
        const state = `${kind} of ${file} at ${viewport.width} pixels`;
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        ok(width <= viewport.width, `${state} is ${width} pixels wide`);
        await assertAccessible(page, state);
      }
    }
  }
} finally {
  await browser.close();
}
