// Takes the screenshots of the documentation from a running demo shop: `screenshots.js URL DIRECTORY`.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Page, chromium } from "playwright-core";
import { FLAGS, setting } from "./launch.js";

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

const [url = "", directory = ""] = process.argv.slice(2);
await mkdir(directory, { recursive: true });
const browser = await chromium.launch({ executablePath: setting("CHROMIUM"), args: FLAGS });

async function take(page: Page, name: string, viewport = WIDE): Promise<void> {
  await page.setViewportSize(viewport);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.getByText("Loading …").first().waitFor({ state: "hidden" });
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => {}))));
  await page.screenshot({ path: join(directory, `${name}.jpg`), type: "jpeg", quality: 80 });
  console.log(`${name}.jpg`);
}

try {
  const context = await browser.newContext({ viewport: WIDE, locale: "en-US", reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(url);
  await take(page, "storefront");
  await page.setViewportSize(NARROW);
  // On a telephone, the filters are closed at first.
  await page.reload();
  await take(page, "storefront-narrow", NARROW);
  await page.setViewportSize(WIDE);
  await page.locator('a[href^="/products/"]').first().click();
  await page.waitForURL("**/products/*");
  await take(page, "product");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("link", { name: "Go to the cart" }).click();
  await page.waitForURL("**/cart");
  await take(page, "cart");

  await page.goto(`${url}admin/`);
  await page.getByLabel("E-mail address").fill(setting("ADMIN_EMAIL"));
  await page.getByLabel("Password").fill(setting("ADMIN_PASSWORD"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  // Where the button was, the pointer would open the details of a chart.
  await page.mouse.move(0, 0);
  await take(page, "admin-dashboard");
  await page.emulateMedia({ colorScheme: "dark" });
  await take(page, "admin-dashboard-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("link", { name: "Orders", exact: true }).first().click();
  await take(page, "admin-orders");
  await page.getByRole("row").filter({ hasText: "To ship" }).first().getByRole("link").click();
  await page.waitForURL("**/admin/orders/*");
  await take(page, "admin-order");
  await page.getByRole("link", { name: "Products", exact: true }).first().click();
  await page.locator('a[href^="/admin/products/"]:not([href$="/new"])').first().click();
  await page.waitForURL("**/admin/products/*");
  await take(page, "admin-product");
} finally {
  await browser.close();
}
