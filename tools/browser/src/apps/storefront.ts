// What buyers do.

import { equal, ok } from "node:assert/strict";
import { MARKUP } from "./admin.js";
import { settle } from "./axe.js";
import { Buyer, DECLINED, GOOD, PAYMENT_URL, THREE_D_SECURE } from "./buyer.js";
import type { Scenario } from "./stage.js";

/** A fault of the stand-in for Stripe: slow, but within the time that the shop and its pages allow. */
const SLOW_MS = 3_000;

export const storefront: Record<string, Scenario> = {
  async "buys-with-good-card"(stage) {
    const buyer = new Buyer(stage);
    await buyer.goToPayment(await stage.shop.addProduct("Desk lamp"));
    await buyer.pay(GOOD);
    await buyer.seesPaidOrder();
    await buyer.hasBoughtOnce();
  },

  async "buys-after-declined-card"(stage) {
    const buyer = new Buyer(stage);
    await buyer.goToPayment(await stage.shop.addProduct("Desk lamp"));
    await buyer.pay(DECLINED);
    await stage.page.getByRole("alert").filter({ hasText: "Your card was declined." }).waitFor();
    await buyer.pay(GOOD);
    await buyer.seesPaidOrder();
    await buyer.hasBoughtOnce();
  },

  async "buys-with-3d-secure"(stage) {
    const buyer = new Buyer(stage);
    await buyer.goToPayment(await stage.shop.addProduct("Desk lamp"));
    await buyer.pay(THREE_D_SECURE);
    await buyer.decide("Fail");
    await stage.page.getByRole("alert").filter({ hasText: "We are unable to authenticate" }).waitFor();
    await buyer.pay(THREE_D_SECURE);
    await buyer.decide("Complete");
    await buyer.seesPaidOrder();
    await buyer.hasBoughtOnce();
  },

  async "reloads-and-goes-back-at-each-step"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    await buyer.goToCheckout(await shop.addProduct("Desk lamp"));
    // The checkout: what was entered survives a reload, and the cart the way back.
    await buyer.fillAddress();
    await page.reload();
    equal(await page.getByLabel("City", { exact: true }).inputValue(), "Springfield");
    await page.goBack();
    await page.getByRole("link", { name: "Go to checkout" }).waitFor();
    await page.reload();
    await page.getByRole("link", { name: "Go to checkout" }).click();
    await buyer.order();
    // The payment: a reload shows the same one, and the way back leads to the order that is not paid.
    const paymentUrl = page.url();
    await page.reload();
    await buyer.waitForCardForm();
    await page.goBack();
    await page.getByText("is not paid yet").first().waitFor();
    equal((await buyer.orders()).length, 1);
    await page.goForward();
    await buyer.waitForCardForm();
    equal(page.url(), paymentUrl);
    await buyer.pay(GOOD);
    await buyer.seesPaidOrder();
    const orderUrl = page.url();
    // The order: neither reload nor the way back pays again.
    await page.reload();
    await page.getByRole("heading", { level: 1, name: /^Order / }).waitFor();
    await page.goBack();
    await settle(page);
    await page.goto(paymentUrl);
    await page.waitForURL(/\/orders\/[0-9a-f]{24}(\?.*)?$/);
    await buyer.hasBoughtOnce();
    // Once the order is shipped, the page that thanked for the payment says so.
    const [order] = await buyer.orders();
    await shop.asAdministrator("PUT", `/admin/orders/${order?.id}`, { status: "shipped" });
    await page.goto(orderUrl);
    await page.getByRole("status").filter({ hasText: "Shipped" }).waitFor();
  },

  async "orders-in-two-tabs"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    await buyer.goToCheckout(await shop.addProduct("Desk lamp"));
    await buyer.fillAddress();
    const tab = await stage.openTab();
    await buyer.open("/checkout", tab);
    await buyer.orderButton(tab).waitFor();
    await buyer.order();
    // The other tab shows either that the cart is empty by now, or leads to the same order.
    if (await buyer.orderButton(tab).isVisible()) {
      await buyer.orderButton(tab).click({ timeout: 5_000 }).catch(() => {});
    }
    await tab.reload();
    await settle(tab);
    equal((await buyer.orders()).length, 1);
    await page.bringToFront();
    await buyer.pay(GOOD);
    await buyer.seesPaidOrder();
    await buyer.hasBoughtOnce();
  },

  async "last-piece-is-sold-to-another-buyer"(stage) {
    const { page, shop } = stage;
    const product = await shop.addProduct("Desk lamp", {}, 1);
    const buyer = new Buyer(stage);
    await buyer.goToCheckout(product);
    await buyer.fillAddress();
    await shop.buy(product);
    await buyer.orderButton().click();
    await page.getByText(/sold out|not in stock|no longer/i).first().waitFor();
    equal((await buyer.orders()).length, 0);
    await buyer.open("/cart");
    await page.getByText("Sold out.").waitFor();
    equal(await page.getByRole("link", { name: "Go to checkout" }).count(), 0);
    await page.getByRole("button", { name: "Remove Desk lamp" }).click();
    await page.getByText("Your cart is empty.").waitFor();
  },

  async "price-changes-during-checkout"(stage) {
    const { page, shop } = stage;
    const product = await shop.addProduct("Desk lamp");
    const buyer = new Buyer(stage);
    await buyer.goToCheckout(product);
    await buyer.fillAddress();
    await shop.asAdministrator("PATCH", `/products/${product.id}`, { base_price: 24.99 });
    await page.getByRole("button", { name: "Order for $19.99" }).click();
    await page.getByText("The total has changed").first().waitFor();
    equal((await buyer.orders()).length, 0);
    await page.getByRole("button", { name: "Order for $24.99" }).click();
    await page.waitForURL(PAYMENT_URL);
    equal((await buyer.orders())[0]?.total_amount, 24.99);
  },

  async "session-ends-during-checkout"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    await buyer.goToCheckout(await shop.addProduct("Desk lamp"));
    await buyer.fillAddress();
    // On another device, the customer ends the session of this browser.
    const token = await shop.logIn(buyer.account);
    const { items } = await shop.call("GET", "/auth/sessions", undefined, token);
    for (const session of items) {
      if (!session.current) await shop.call("DELETE", `/auth/sessions/${session.id}`, undefined, token);
    }
    await page.reload();
    await page.waitForURL("**/login?**");
    await page.getByLabel("E-mail address").fill(buyer.account.email);
    await page.getByLabel("Password").fill(buyer.account.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/checkout");
    equal(await page.getByLabel("City", { exact: true }).inputValue(), "Springfield");
    await buyer.order();
    await buyer.pay(GOOD);
    await buyer.seesPaidOrder();
    await buyer.hasBoughtOnce();
  },

  async "database-stops-and-starts"(stage) {
    const { page, shop } = stage;
    const product = await shop.addProduct("Desk lamp");
    // No page reads it before the outage, so the cache of the browser does not have it.
    const other = await shop.addProduct("Table lamp");
    const buyer = new Buyer(stage);
    await buyer.goToCheckout(product);
    await buyer.fillAddress();
    await stage.request("stop-mongodb");
    await buyer.orderButton().click();
    await page.getByText(/not available|cannot be reached|try again/i).first().waitFor({ timeout: 60_000 });
    await stage.request("start-mongodb");
    await page.reload();
    await buyer.orderButton().waitFor({ timeout: 60_000 });
    equal(await page.getByLabel("City", { exact: true }).inputValue(), "Springfield");
    await buyer.order();
    await buyer.pay(GOOD);
    await buyer.seesPaidOrder();
    await buyer.hasBoughtOnce();
    // A page that was opened during an outage continues by itself.
    await stage.request("stop-mongodb");
    await buyer.open(`/products/${other.slug}`);
    await page.getByText("This page continues as soon as the shop responds.").waitFor({ timeout: 60_000 });
    await stage.request("start-mongodb");
    await page.getByRole("heading", { level: 1, name: "Table lamp" }).waitFor({ timeout: 60_000 });
  },

  async "stripe-is-slow"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    await buyer.goToCheckout(await shop.addProduct("Desk lamp"));
    await buyer.fillAddress();
    const slow = { method: "POST", delay_after_ms: SLOW_MS };
    await shop.control("POST", "faults", { ...slow, path: "/v1/payment_intents" });
    await buyer.orderButton().click();
    await page.getByRole("button", { name: "Placing the order …" }).click({ force: true });
    await page.waitForURL(PAYMENT_URL);
    await buyer.waitForCardForm();
    await shop.control("POST", "faults", { ...slow, path: "/v1/payment_intents/*/confirm" });
    await shop.control("POST", "webhooks/hold");
    await buyer.pay(GOOD);
    await page.getByRole("button", { name: "Paying …" }).click({ force: true });
    await page.getByText("Confirming your payment.").waitFor();
    await shop.control("POST", "webhooks/release", {});
    await buyer.seesPaidOrder();
    await buyer.hasBoughtOnce();
  },

  async "storefront-shows-markup-as-text"(stage) {
    const { page, shop, origin } = stage;
    const product = await shop.addProduct(MARKUP, { description: MARKUP, category: MARKUP, tags: ["<b>Bold</b>"] });
    const buyer = new Buyer(stage);
    await buyer.goToCheckout(product);
    for (const path of [`/products/${product.slug}`, "/", "/cart", "/checkout", `/?q=${encodeURIComponent(MARKUP)}`]) {
      await page.goto(origin + path);
      await settle(page);
      equal(await page.locator("b", { hasText: "Bold" }).count(), 0, path);
      if (path.startsWith("/products/")) ok(await page.getByText(MARKUP).first().isVisible());
    }
  },
};
