// What buyers without an account do.

import { equal } from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertNarrow } from "./admin.js";
import { assertAccessible, settle } from "./axe.js";
import { Buyer, GOOD, PAYMENT_URL } from "./buyer.js";
import type { Scenario } from "./stage.js";

/** The token of the order, which a guest has received in a mail, too. */
function orderToken(page: Page, id: string): Promise<string> {
  return page.evaluate((id) => JSON.parse(localStorage.getItem("ferrocart.order-tokens") ?? "{}")[id], id);
}

export const guest: Record<string, Scenario> = {
  async "guest-buys-and-claims-order"(stage) {
    const { page, shop, origin } = stage;
    const buyer = new Buyer(stage);
    await buyer.goToGuestCheckout(await shop.addProduct("Desk lamp"));
    await buyer.fillAddress();
    await page.reload();
    equal(await page.getByLabel("E-mail address").inputValue(), buyer.account.email);
    await settle(page);
    await assertAccessible(page, "the checkout of a guest");
    await assertNarrow(page, "the checkout of a guest");
    await buyer.order();
    // The way back leads to the order that is not paid.
    await page.goBack();
    await page.getByText("is not paid yet").first().waitFor();
    await page.goForward();
    await buyer.waitForCardForm();
    await buyer.pay(GOOD);
    await buyer.seesPaidOrder();

    // The link of the mail, on another device. The token does not remain in the address.
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const token = await orderToken(page, id);
    const other = await stage.openBrowser();
    await other.goto(`${origin}/orders/${id}#token=${token}`);
    await other.getByRole("heading", { level: 1, name: /^Order / }).waitFor();
    equal(other.url(), `${origin}/orders/${id}`);
    await buyer.register(other);
    await other.getByRole("button", { name: "Add this order to my account" }).click();
    await other.getByRole("link", { name: "All your orders" }).waitFor();
    await buyer.hasBoughtOnce();
    // The token has ended, and only the account opens the order.
    await page.reload();
    await page.getByText("This order does not exist, its link has ended, or it belongs to an account.").waitFor();
  },

  async "guest-opens-order-with-wrong-token"(stage) {
    const { page, shop, origin } = stage;
    const { id } = await shop.buy(await shop.addProduct("Desk lamp"));
    await page.goto(`${origin}/orders/${id}#token=order_${"A".repeat(43)}`);
    await page.getByText("This order does not exist, its link has ended, or it belongs to an account.").waitFor();
    equal(page.url(), `${origin}/orders/${id}`);
  },

  async "guest-signs-in-with-full-cart"(stage) {
    const { page, shop } = stage;
    const product = await shop.addProduct("Desk lamp", {}, 3);
    const buyer = new Buyer(stage);
    const line = { product_id: product.id, variant_sku: product.variants[0].sku, quantity: 2 };
    await shop.call("POST", "/cart/items", line, await shop.register(buyer.account));
    await buyer.addToCart(product);
    await buyer.addToCart(product);
    await buyer.open("/login?next=/cart");
    await buyer.signIn();
    await page.getByText("Desk lamp is in your cart 3 times instead of 4 times: there are no more of it.").waitFor();
    await page.getByRole("button", { name: "Understood" }).click();
    equal(await page.getByLabel("Quantity of Desk lamp").inputValue(), "3");
    await page.reload();
    await page.getByLabel("Quantity of Desk lamp").waitFor();
    equal(await page.getByText("instead of").count(), 0);
  },

  async "guest-cancels-unpaid-order"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    await buyer.goToGuestCheckout(await shop.addProduct("Desk lamp"));
    await buyer.fillAddress();
    await buyer.orderButton().click();
    await page.waitForURL(PAYMENT_URL);
    await page.getByRole("button", { name: "Cancel this order, and put its items back into the cart" }).click();
    await page.getByRole("link", { name: "Go to checkout" }).waitFor();
    equal(await page.getByLabel("Quantity of Desk lamp").inputValue(), "1");
  },
};
