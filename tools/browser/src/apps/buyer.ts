// The steps of a purchase in the storefront.

import { equal } from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { type Account, newAccount } from "./shop.js";
import type { Stage } from "./stage.js";

export const GOOD = "4242424242424242";
export const DECLINED = "4000000000000002";
export const THREE_D_SECURE = "4000002760003184";

/** By the beginnings of the labels, some of which end with "(optional)". */
const ADDRESS = {
  Name: "Ada Lovelace",
  "Street and number": "1 Main Street",
  City: "Springfield",
  "State or province": "IL",
  "Postal code": "62701",
};
export const PAYMENT_URL = /\/orders\/[0-9a-f]{24}\/pay$/;

/** A person with a browser, and with an account from the first checkout on. */
export class Buyer {
  readonly page: Page;
  readonly account: Account = newAccount();
  readonly #stage: Stage;

  constructor(stage: Stage, page = stage.page) {
    this.#stage = stage;
    this.page = page;
  }

  async open(path: string, page = this.page): Promise<void> {
    await page.goto(this.#stage.origin + path);
  }

  async addToCart(product: { slug: string }): Promise<void> {
    await this.open(`/products/${product.slug}`);
    await this.page.getByRole("button", { name: "Add to cart" }).click();
    await this.page.getByText("Added to your cart.").waitFor();
  }

  /** Puts a product into the cart, registers on the way to the checkout, and stops there. */
  async goToCheckout(product: { slug: string }): Promise<void> {
    await this.addToCart(product);
    await this.page.getByRole("link", { name: "Go to the cart" }).click();
    await this.page.getByRole("link", { name: "Go to checkout" }).click();
    await this.register();
    await this.page.waitForURL("**/checkout");
    await this.orderButton().waitFor();
  }

  /** Creates the account on the way to a page that offers it. */
  async register(page = this.page): Promise<void> {
    await page.getByRole("link", { name: "Create an account" }).click();
    // The checkout, which is left, has a name as well.
    await page.getByRole("heading", { level: 1, name: "Create an account" }).waitFor();
    await page.getByLabel("Name").fill("Ada Lovelace");
    await page.getByLabel("E-mail address").fill(this.account.email);
    await page.getByLabel("Password").fill(this.account.password);
    await page.getByRole("button", { name: "Create account" }).click();
  }

  async signIn(page = this.page): Promise<void> {
    await page.getByLabel("E-mail address").fill(this.account.email);
    await page.getByLabel("Password").fill(this.account.password);
    await page.getByRole("button", { name: "Sign in" }).click();
  }

  /** Puts a product into the cart, and enters the mail address of a guest in the checkout. */
  async goToGuestCheckout(product: { slug: string }): Promise<void> {
    await this.addToCart(product);
    await this.page.getByRole("link", { name: "Go to the cart" }).click();
    await this.page.getByRole("link", { name: "Go to checkout" }).click();
    await this.page.getByLabel("E-mail address").fill(this.account.email);
  }

  async fillAddress(): Promise<void> {
    for (const [label, text] of Object.entries(ADDRESS)) {
      await this.page.getByLabel(new RegExp(`^${label}`)).fill(text);
    }
  }

  orderButton(page = this.page): Locator {
    return page.getByRole("button", { name: /^Order for/ });
  }

  payButton(page = this.page): Locator {
    return page.getByRole("button", { name: /^Pay \$/ });
  }

  /** Places the order, and waits for the form of its payment. */
  async order(): Promise<void> {
    await this.orderButton().click();
    await this.page.waitForURL(PAYMENT_URL);
    await this.waitForCardForm();
  }

  async waitForCardForm(): Promise<void> {
    await this.page.frameLocator("form iframe").getByLabel("Card number").waitFor();
  }

  async goToPayment(product: { slug: string }): Promise<void> {
    await this.goToCheckout(product);
    await this.fillAddress();
    await this.order();
  }

  async enterCard(card: string): Promise<void> {
    const form = this.page.frameLocator("form iframe");
    for (const [label, text] of [["Card number", card], ["Expiration date", "1234"], ["Security code", "123"]] as const) {
      await form.getByLabel(label).fill("");
      await form.getByLabel(label).pressSequentially(text);
    }
  }

  async pay(card: string): Promise<void> {
    await this.enterCard(card);
    await this.payButton().click();
  }

  async decide(button: "Complete" | "Fail"): Promise<void> {
    await this.page.frameLocator("dialog iframe").getByRole("button", { name: button }).click();
  }

  async seesPaidOrder(): Promise<void> {
    await this.page.getByText("Thank you! Your order is paid.").waitFor();
  }

  /** The orders of the account, as the shop has stored them. */
  async orders(): Promise<{ id: string; status: string; total_amount: number }[]> {
    const { shop } = this.#stage;
    return (await shop.call("GET", "/orders", undefined, await shop.logIn(this.account))).items;
  }

  /** Asserts that the account has one order, which is paid. */
  async hasBoughtOnce(): Promise<void> {
    const orders = await this.orders();
    equal(orders.length, 1, JSON.stringify(orders));
    equal(orders[0]?.status, "processing");
  }
}
