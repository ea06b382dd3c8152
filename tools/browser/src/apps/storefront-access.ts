// Whether everybody can use the storefront: with a screen reader, a telephone, or the keyboard alone.

import type { Page } from "playwright-core";
import { assertNarrow } from "./admin.js";
import { assertAccessible, settle } from "./axe.js";
import { Buyer, GOOD, PAYMENT_URL } from "./buyer.js";
import type { Scenario } from "./stage.js";

/** More than the elements of any page. */
const MAX_TABS = 80;

/** Moves the focus with the tabulator until it is on an element with this accessible name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    const text = (await focused.count()) === 1 ? await focused.ariaSnapshot() : "";
    if (name.test(text)) return;
  }
  throw new Error(`the tabulator does not reach ${name}`);
}

export const storefrontAccess: Record<string, Scenario> = {
  async "storefront-is-accessible"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    const product = await shop.addProduct("Desk lamp");
    async function check(state: string) {
      await settle(page);
      await assertAccessible(page, state);
      await assertNarrow(page, state);
    }
    const paths = ["/", "/?q=nothing-like-this", `/products/${product.slug}`, "/cart", "/login", "/register", "/no-such-page"];
    // Without the token of a link. guest-mails.ts checks them with it.
    const links = ["/reset-password", "/verify-email", "/undo-email-change"];
    for (const path of [...paths, ...links]) {
      await buyer.open(path);
      await check(path);
    }
    await buyer.goToCheckout(product);
    await check("/checkout");
    await page.goBack();
    await check("/cart with an item");
    await page.goForward();
    await buyer.fillAddress();
    await buyer.order();
    await check("the payment");
    await buyer.pay(GOOD);
    await buyer.seesPaidOrder();
    await check("a paid order");
    for (const path of ["/account", "/account/orders", "/account/addresses", "/account/sessions"]) {
      await buyer.open(path);
      await check(path);
    }
  },

  async "buys-with-the-keyboard"(stage) {
    const { page, shop } = stage;
    const buyer = new Buyer(stage);
    const product = await shop.addProduct("Desk lamp");
    await buyer.open(`/products/${product.slug}`);
    await page.getByRole("button", { name: "Add to cart" }).waitFor();
    const press = async (name: RegExp) => {
      await tabTo(page, name);
      await page.keyboard.press("Enter");
    };
    const type = async (name: RegExp, text: string) => {
      await tabTo(page, name);
      await page.keyboard.type(text);
    };
    await press(/button "Add to cart"/);
    await press(/link "Go to the cart"/);
    await page.getByRole("link", { name: "Go to checkout" }).waitFor();
    await press(/link "Go to checkout"/);
    await page.getByRole("link", { name: "Create an account" }).waitFor();
    await press(/link "Create an account"/);
    await page.getByRole("button", { name: "Create account" }).waitFor();
    await type(/textbox "Name"/, "Ada Lovelace");
    await type(/textbox "E-mail address"/, buyer.account.email);
    await type(/textbox "Password"/, buyer.account.password);
    await page.keyboard.press("Enter");
    await buyer.orderButton().waitFor();
    await type(/textbox "Name"/, "Ada Lovelace");
    await type(/textbox "Street and number"/, "1 Main Street");
    await type(/textbox "City"/, "Springfield");
    await type(/textbox "State or province/, "IL");
    await type(/textbox "Postal code/, "62701");
    await press(/button "Order for/);
    await page.waitForURL(PAYMENT_URL);
    await buyer.waitForCardForm();
    // The fields are in the frame of Stripe, whose tests check how the tabulator reaches them.
    await buyer.enterCard(GOOD);
    await press(/button "Pay \$/);
    await buyer.seesPaidOrder();
    await buyer.hasBoughtOnce();
  },
};
