// What buyers do with the mails that the shop really sends.

import { deepEqual, equal } from "node:assert/strict";
import type { Page } from "playwright-core";
import { MARKUP, assertNarrow } from "./admin.js";
import { assertAccessible, settle } from "./axe.js";
import { Buyer, DECLINED, GOOD, PAYMENT_URL } from "./buyer.js";
import { Mailbox, openMail } from "./mails.js";
import type { Scenario, Stage } from "./stage.js";

const NO_ORDER = "This order does not exist, its link has ended, or it belongs to an account.";

/** Checks a page in the state that a link of a mail has led to. */
async function check(page: Page, state: string): Promise<void> {
  await settle(page);
  await assertAccessible(page, state);
  await assertNarrow(page, state);
}

/** Buys as a guest. Returns the number of the order. */
async function buyAsGuest(stage: Stage, buyer: Buyer, product: { slug: string }): Promise<string> {
  await buyer.goToGuestCheckout(product);
  await buyer.fillAddress();
  await buyer.order();
  await buyer.pay(GOOD);
  await buyer.seesPaidOrder();
  const heading = await stage.page.getByRole("heading", { level: 1 }).textContent();
  return heading?.replace("Order ", "") ?? "";
}

async function requestNewPassword(page: Page, buyer: Buyer): Promise<void> {
  await page.getByRole("link", { name: "Sign in" }).first().click();
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByRole("button", { name: "Send the link" }).waitFor();
  await check(page, "a forgotten password");
  await page.getByLabel("E-mail address").fill(buyer.account.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("a mail with a link is on its way to it").waitFor();
  await check(page, "a requested link");
}

/** Chooses another password on the page of the link. */
async function choosePassword(page: Page, buyer: Buyer): Promise<void> {
  await page.getByLabel("New password").waitFor();
  await check(page, "a new password");
  buyer.account.password = `another ${buyer.account.password}`;
  await page.getByLabel("New password").fill(buyer.account.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password is changed, and all devices are signed out.").waitFor();
  await check(page, "a changed password");
}

export const guestMails: Record<string, Scenario> = {
  async "guest-follows-mails-to-order-and-account"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    const mailbox = new Mailbox(stage, buyer.account.email);
    const number = await buyAsGuest(stage, buyer, await shop.addProduct("Desk lamp"));
    deepEqual(await mailbox.subjects(), [`Your order ${number} at Ferrocart`, `We have received your payment for order ${number}`]);

    // The link of the mail opens the order on another device, and its token does not remain in the address.
    const other = await stage.openBrowser();
    await mailbox.follow(other, "We have received your payment", "View your order");
    await other.getByRole("heading", { level: 1, name: `Order ${number}` }).waitFor();
    equal(new URL(other.url()).hash, "");
    await check(other, "the order of a guest");

    // An account, which claims the order. The links of earlier mails end.
    await buyer.register(other);
    await other.getByRole("button", { name: "Add this order to my account" }).waitFor();
    await mailbox.latest("Confirm your e-mail address");
    await check(other, "an order to claim");
    await other.getByRole("button", { name: "Add this order to my account" }).click();
    await other.getByRole("link", { name: "All your orders" }).click();
    await other.getByRole("link", { name: `Order ${number}` }).waitFor();
    const third = await stage.openBrowser();
    await mailbox.follow(third, `Your order ${number} at`, "View your order");
    await third.getByText(NO_ORDER).waitFor();
    await buyer.hasBoughtOnce();

    await mailbox.follow(other, "Confirm your e-mail address", "Confirm the address");
    await other.getByRole("button", { name: "Confirm my address" }).waitFor();
    await check(other, "an address to confirm");
    await other.getByRole("button", { name: "Confirm my address" }).click();
    await other.getByText("Your e-mail address is confirmed.").waitFor();
    await check(other, "a confirmed address");
    await other.getByRole("link", { name: "Go to your account" }).click();
    await other.getByText(buyer.account.email).first().waitFor();
    equal(await other.getByText("not confirmed yet").count(), 0);

    // The password is lost, and the link of the mail leads back into the account, once.
    await other.getByRole("button", { name: "Sign out" }).click();
    await requestNewPassword(other, buyer);
    await mailbox.follow(third, "Choose a new password", "Choose a new password");
    await choosePassword(third, buyer);
    await third.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await buyer.signIn(third);
    await third.getByRole("link", { name: "Orders", exact: true }).click();
    await third.getByRole("link", { name: `Order ${number}` }).waitFor();
    await mailbox.follow(other, "Choose a new password", "Choose a new password");
    await other.getByLabel("New password").fill("yet another password");
    await other.getByRole("button", { name: "Change password" }).click();
    await other.getByText("This link has expired or was used before. Request a new one.").waitFor();
    await check(other, "a used link");

    await buyer.hasBoughtOnce();
    deepEqual(await mailbox.subjects(), [
      `Your order ${number} at Ferrocart`,
      `We have received your payment for order ${number}`,
      "Confirm your e-mail address at Ferrocart",
      `Your order ${number} was added to an account`,
      "Choose a new password at Ferrocart",
      "Your password at Ferrocart was changed",
    ]);
  },

  async "orders-join-account-when-address-is-verified"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    const mailbox = new Mailbox(stage, buyer.account.email);
    const number = await buyAsGuest(stage, buyer, await shop.addProduct("Desk lamp"));
    const other = await stage.openBrowser();
    await buyer.open("/login", other);
    await buyer.register(other);
    await other.getByText("not confirmed yet").waitFor();
    await check(other, "an account with an address to confirm");
    equal((await buyer.orders()).length, 0);
    const link = await mailbox.follow(other, "Confirm your e-mail address", "Confirm the address");
    await other.getByRole("button", { name: "Confirm my address" }).waitFor();
    // A reload loses the token. The link can be opened again, also in this tab, where only the fragment changes.
    await other.reload();
    await other.getByText("This link is not complete.").waitFor();
    await other.goto(link);
    await other.getByRole("button", { name: "Confirm my address" }).click();
    await other.getByText("Your e-mail address is confirmed.").waitFor();
    await buyer.open("/account/orders", other);
    await other.getByRole("link", { name: `Order ${number}` }).waitFor();
    await buyer.hasBoughtOnce();
    // The browser of the guest has a token that has ended.
    await page.reload();
    await page.getByText(NO_ORDER).waitFor();
  },

  async "guest-pays-from-mail-after-decline"(stage) {
    const { page, shop, origin } = stage;
    const buyer = new Buyer(stage);
    const mailbox = new Mailbox(stage, buyer.account.email);
    await buyer.goToGuestCheckout(await shop.addProduct("Desk lamp"));
    await buyer.fillAddress();
    await buyer.order();
    await buyer.pay(DECLINED);
    await page.getByRole("alert").filter({ hasText: "Your card was declined." }).waitFor();
    const id = new URL(page.url()).pathname.split("/").at(-2);
    await shop.until(`/admin/orders/${id}`, ({ payment }) => payment.status === "failed");
    const other = await stage.openBrowser();
    await mailbox.follow(other, "Your payment for order", "Pay now");
    const payer = new Buyer(stage, other);
    await payer.waitForCardForm();
    equal(other.url(), `${origin}/orders/${id}/pay`);
    await check(other, "a payment that has failed");
    await payer.pay(GOOD);
    await payer.seesPaidOrder();
  },

  async "customer-changes-address-and-undoes-it"(stage) {
    const { page } = stage;
    const buyer = new Buyer(stage);
    const former = new Mailbox(stage, buyer.account.email);
    const address = `new-${buyer.account.email}`;
    const mailbox = new Mailbox(stage, address);
    await buyer.open("/login");
    await buyer.register();
    await page.getByLabel("New e-mail address").fill(address);
    await page.getByLabel("Your password").fill(buyer.account.password);
    await page.getByRole("button", { name: "Change e-mail address" }).click();
    await page.getByText(`${address} replaces it as soon as you open the link`).waitFor();
    await check(page, "an address that waits for its confirmation");
    await mailbox.follow(page, "Confirm your e-mail address", "Confirm the address");
    await page.getByRole("button", { name: "Confirm my address" }).click();
    await page.getByRole("link", { name: "Go to your account" }).click();
    await page.getByText(address).first().waitFor();

    // The owner of the former address did not want this.
    const other = await stage.openBrowser();
    await former.follow(other, "Your e-mail address at Ferrocart was changed", "Undo the change");
    await other.getByRole("button", { name: "Undo the change" }).waitFor();
    await check(other, "a change to undo");
    await other.getByRole("button", { name: "Undo the change" }).click();
    await other.getByText("Your former address is in force again.").waitFor();
    await check(other, "an undone change");
    await page.reload();
    await page.waitForURL("**/login?**");
    await former.follow(other, "Choose a new password", "Choose a new password");
    await choosePassword(other, buyer);
    await other.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await buyer.signIn(other);
    await other.getByText(buyer.account.email).first().waitFor();
  },

  async "mails-show-markup-as-text"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    const mailbox = new Mailbox(stage, buyer.account.email);
    // Without a space, where a line could break.
    const name = MARKUP + "x".repeat(80);
    await buyer.goToGuestCheckout(await shop.addProduct(name));
    await buyer.fillAddress();
    await page.getByLabel(/^Name/).fill(MARKUP);
    await buyer.orderButton().click();
    await page.waitForURL(PAYMENT_URL);
    const mail = await mailbox.latest("Your order");
    const reader = await stage.openBrowser();
    await openMail(reader, mail);
    await reader.getByText(name).waitFor();
    await reader.locator("p").filter({ hasText: MARKUP }).waitFor();
    equal(await reader.locator("b, img, script").count(), 0);
    await check(reader, "a mail with markup in names");
  },
};
