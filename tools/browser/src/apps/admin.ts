// What administrators do.

import { deepEqual, equal, ok } from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible, settle } from "./axe.js";
import { type Account, newAccount } from "./shop.js";
import type { Scenario, Stage } from "./stage.js";

/** A PNG of 1 x 1 pixels. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  "base64",
);

/** What runs as a script if a page inserts a name as markup. */
export const MARKUP = `<img src=x onerror="alert(1)"><b>Bold</b>`;

/** Opens a page, which asks for the password first. */
async function signIn({ page, origin }: Stage, path: string, account: Account): Promise<void> {
  await page.goto(`${origin}/admin${path}`);
  await page.getByLabel("E-mail address").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "Sign in" }).waitFor();
}

/** Chooses a file to import. */
async function choose(page: Page, name: string, content: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file" }).click();
  await (await chooser).setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
}

async function notifies(page: Page, text: string | RegExp): Promise<void> {
  await page.getByRole("status").filter({ hasText: text }).waitFor();
}

export const admin: Record<string, Scenario> = {
  async "admin-ships"(stage) {
    const { page, shop } = stage;
    const order = await shop.sell(await shop.addProduct("Desk lamp"));
    await signIn(stage, "/orders", shop.administrator);
    await page.getByRole("link", { name: order.order_number }).click();
    await page.getByRole("button", { name: "Ship", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Carrier", { exact: true }).fill("UPS");
    await dialog.getByLabel("Tracking number").fill("1Z999");
    await dialog.getByRole("button", { name: "Ship", exact: true }).click();
    await notifies(page, `Order ${order.order_number} is shipped.`);
    await page.getByText("1Z999").waitFor();
    const { status, tracking } = await shop.asAdministrator("GET", `/admin/orders/${order.id}`);
    deepEqual([status, tracking.carrier, tracking.number], ["shipped", "UPS", "1Z999"]);
  },

  async "admin-refunds"(stage) {
    const { page, shop } = stage;
    const product = await shop.addProduct("Desk lamp");
    const order = await shop.sell(product);
    await signIn(stage, `/orders/${order.id}`, shop.administrator);
    await refund(page, "5");
    const path = `/admin/orders/${order.id}`;
    equal((await shop.asAdministrator("GET", path)).refundable_amount, 14.99);
    // The rest, with the piece back in stock.
    await refund(page, undefined, true);
    equal((await shop.asAdministrator("GET", path)).refundable_amount, 0);
    equal((await shop.asAdministrator("GET", `/products/${product.id}`)).variants[0].stock_quantity, 5);
    await page.getByRole("button", { name: "Refund" }).waitFor({ state: "hidden" });
  },

  async "admin-meets-edit-conflict"(stage) {
    const { page, shop } = stage;
    const { id } = await shop.addProduct("Desk lamp");
    await signIn(stage, `/products/${id}`, shop.administrator);
    await page.locator("input[name=name]").fill("Reading lamp");
    await shop.asAdministrator("PATCH", `/products/${id}`, { description: "Brass." });
    await page.getByRole("button", { name: "Save the changes" }).click();
    const dialog = page.getByRole("dialog", { name: "Changed by another administrator" });
    await dialog.getByText("Brass.").waitFor();
    await assertAccessible(page, "an edit conflict");
    await dialog.getByRole("button", { name: "Save the chosen versions" }).click();
    await notifies(page, "The product is saved.");
    const { name, description } = await shop.asAdministrator("GET", `/products/${id}`);
    deepEqual([name, description], ["Reading lamp", "Brass."]);
  },

  async "admin-uploads-image"(stage) {
    const { page, shop } = stage;
    const { id } = await shop.addProduct("Desk lamp");
    await signIn(stage, `/products/${id}`, shop.administrator);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose images" }).click();
    await (await chooser).setFiles({ name: "red.png", mimeType: "image/png", buffer: PNG });
    await notifies(page, "red.png is uploaded.");
    const image = page.getByRole("grid", { name: "Images of the product" }).getByRole("img");
    await image.evaluate((it: HTMLImageElement) => it.decode());
    equal(await image.evaluate((it: HTMLImageElement) => it.naturalWidth), 1);
    equal((await shop.asAdministrator("GET", `/products/${id}`)).images.length, 1);
  },

  async "admin-imports-products"(stage) {
    const { page, shop } = stage;
    await signIn(stage, "/import", shop.administrator);
    const header = "name,description,category,base_price,sku,stock_quantity\n";
    const rows = `"${MARKUP.replaceAll('"', '""')}",,Imported,19.99,FILE-1,3\nShade,,Imported,"9,90",FILE-2,1\n`;
    await choose(page, "lamps.csv", header + rows);
    const table = page.getByRole("grid", { name: "Rejected lines" });
    await table.getByText("must have a decimal point instead of a decimal comma, such as 19.99").waitFor();
    await table.getByRole("rowheader", { name: "3" }).waitFor();
    await assertAccessible(page, "a dry run");
    await assertNarrow(page, "a dry run");
    equal((await shop.asAdministrator("GET", "/admin/products?category=Imported")).items.length, 0);
    const apply = page.getByRole("button", { name: "Create 1 product" });
    await apply.focus();
    await page.keyboard.press("Enter");
    await page.getByText("The import is complete.").waitFor();
    await assertAccessible(page, "an import");
    const { items } = await shop.asAdministrator("GET", "/admin/products?category=Imported");
    deepEqual([items.length, items[0].name], [1, MARKUP]);
    // The same file again, and one that is no table.
    await choose(page, "lamps.csv", header + rows);
    await page.getByText("The file has no products that can be created.").waitFor();
    await choose(page, "lamps.csv", header.replaceAll(",", ";"));
    await page.getByRole("alert").getByText("separated by semicolons").waitFor();
  },

  async "admin-finds-inactive-product"(stage) {
    const { page, shop } = stage;
    await shop.addProduct("Lamp for sale");
    await shop.addProduct("Lamp of last year", { is_active: false });
    await signIn(stage, "/products", shop.administrator);
    await page.getByRole("link", { name: "Lamp for sale" }).waitFor();
    await page.goto(`${stage.origin}/admin/products?is_active=false`);
    await page.getByRole("link", { name: "Lamp of last year" }).click();
    await page.getByRole("heading", { level: 1, name: "Lamp of last year" }).waitFor();
    await page.getByText("Not for sale").first().waitFor();
  },

  async "customer-opens-admin-pages"(stage) {
    const { page, shop, origin } = stage;
    const customer = newAccount();
    await shop.register(customer);
    const { id } = await shop.addProduct("Desk lamp");
    await signIn(stage, "/orders", customer);
    await page.getByRole("heading", { name: "These pages are for administrators" }).waitFor();
    await assertAccessible(page, "a customer at the admin pages");
    for (const path of ["/", "/users", "/attention", `/products/${id}`]) {
      await page.goto(`${origin}/admin${path}`);
      await page.getByRole("heading", { name: "These pages are for administrators" }).waitFor();
    }
    equal(await page.getByRole("navigation").count(), 0);
  },

  async "admin-pages-show-markup-as-text"(stage) {
    const { page, shop, origin } = stage;
    const product = await shop.addProduct(MARKUP, { description: MARKUP, category: MARKUP });
    await shop.register(newAccount(), MARKUP);
    const order = await shop.sell(product);
    await signIn(stage, "/products", shop.administrator);
    for (const path of ["/products", `/products/${product.id}`, "/orders", `/orders/${order.id}`, "/users", "/"]) {
      await page.goto(`${origin}/admin${path}`);
      await settle(page);
      if (path.endsWith(product.id) || path.endsWith(order.id)) await page.getByText(MARKUP).filter({ visible: true }).first().waitFor();
      equal(await page.locator("b", { hasText: "Bold" }).count(), 0, path);
    }
  },

  async "admin-pages-are-accessible"(stage) {
    const { page, shop, origin } = stage;
    const product = await shop.addProduct("Desk lamp");
    const order = await shop.sell(product);
    await page.goto(`${origin}/admin/sign-in`);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await assertAccessible(page, "/sign-in");
    await signIn(stage, "/", shop.administrator);
    const paths = ["/", "/attention", "/orders", `/orders/${order.id}`, "/products", `/products/${product.id}`, "/products/new", "/import", "/users"];
    for (const path of paths) {
      await page.goto(`${origin}/admin${path}`);
      await settle(page);
      await assertAccessible(page, path);
      await assertNarrow(page, path);
    }
    await page.goto(`${origin}/admin/orders/${order.id}`);
    for (const button of ["Ship", "Refund", "Cancel the order"]) {
      await page.getByRole("button", { name: button, exact: true }).click();
      await page.locator("[role=dialog], [role=alertdialog]").waitFor();
      await assertAccessible(page, `the dialog of ${button}`);
      await page.keyboard.press("Escape");
      await page.locator("[role=dialog], [role=alertdialog]").waitFor({ state: "detached" });
    }
  },
};

/** Refunds an amount, or all that is left. */
async function refund(page: Page, amount: string | undefined, restock = false): Promise<void> {
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  const dialog = page.getByRole("dialog");
  if (amount) await dialog.getByLabel(/^Amount/).fill(amount);
  if (restock) await dialog.getByText("All goods of the order return to stock").click();
  await dialog.getByRole("button", { name: "Refund", exact: true }).click();
  await notifies(page, "The refund is on its way.");
  await dialog.waitFor({ state: "detached" });
}

/** Asserts that a page fits a telephone: nothing but tables scrolls sideways. */
export async function assertNarrow(page: Page, state: string): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  ok(width <= 390, `${state} is ${width} pixels wide on a screen of 390`);
  await page.setViewportSize({ width: 1280, height: 900 });
}
