//! The shop of a case: five tees and one mug in stock, Ada with two tees and the mug in her cart, Bob, and an
//! administrator. The cases are about Ada's order.

use ferrocart::fail_points::Point;
use ferrocart_chaos::checker::{Line, StoredOrder};
use ferrocart_chaos::{ApiClient, Operation, Outcome, PASSWORD, Product, World, WorldOptions};
use serde_json::{Value, json};

/// The idempotency key of Ada's checkout.
const ADA_KEY: &str = "ada-1";

/// The password that Ada sets with a link.
const NEW_PASSWORD: &str = "another horse";

/// The idempotency key of the guest's checkout.
const GUEST_KEY: &str = "guest-1";

/// The shop and its clients.
pub(crate) struct Fixture {
    pub(crate) world: World,
    pub(crate) tee: Product,
    pub(crate) mug: Product,
    pub(crate) ada: ApiClient,
    pub(crate) bob: ApiClient,
    pub(crate) guest: ApiClient,
    pub(crate) admin: ApiClient,
    /// The token of Ada's link to set a new password.
    link: String,
}

impl Fixture {
    pub(crate) async fn open(options: WorldOptions) -> Self {
        let mut world = World::open_with(options).await;
        let tee = world.add_product("TEE", 1999, 5).await;
        let mug = world.add_product("MUG", 850, 1).await;
        let ada = world.buyer_with_cart("ada", &[(&tee, 2), (&mug, 1)]).await;
        let (bob, admin) = (world.buyer("bob").await, world.admin("admin").await);
        let guest = world.api().guest("guest").await.expect("a cart");
        Self { world, tee, mug, ada, bob, guest, admin, link: String::new() }
    }

    /// Sends Ada's checkout, with the same idempotency key each time.
    pub(crate) async fn ada_checks_out(&self) -> Outcome {
        self.ada.place_order(ADA_KEY, &[("TEE", 2), ("MUG", 1)]).await
    }

    /// Merges the guest's cart into Ada's, and verifies that each of the three tees is either in her cart or in the guest's order.
    pub(crate) async fn ada_merges(&self) {
        let Some(merged) = self.ada.merge(&self.guest, "sum").await.ok().cloned() else { return };
        let orders = self.world.snapshot().await.orders;
        let tees = |lines: &[Line]| lines.iter().map(|line| line.quantity).sum::<i64>();
        let bought =
            orders.iter().filter(|order| order.key.as_deref() == Some(GUEST_KEY)).map(|order| tees(&order.lines));
        let in_cart = merged["cart"]["item_count"].as_i64().expect("a number");
        assert_eq!(in_cart.checked_add(bought.sum()), Some(4), "{merged:#}");
    }

    /// Sends the guest's checkout.
    pub(crate) async fn guest_checks_out(&self) {
        self.guest.place_order(GUEST_KEY, &[("TEE", 1)]).await;
    }

    /// Lets Ada receive a link to set a new password.
    pub(crate) async fn ada_receives_link(&mut self) {
        self.link = self.world.link_to_reset_password("ada@example.com").await;
    }

    /// Sets Ada's new password with the link. Once the link is used, she can log in with it and with no other.
    pub(crate) async fn ada_resets_password(&self) {
        let visitor = self.world.api().anonymous("ada");
        let reset = json!({ "token": self.link, "new_password": NEW_PASSWORD });
        if visitor.post("/auth/password-reset/confirm", reset).await.is_unknown() {
            return;
        }
        let login = |password: &str| json!({ "email": "ada@example.com", "password": password });
        visitor.post("/auth/login", login(NEW_PASSWORD)).await.expect_ok();
        assert_eq!(visitor.post("/auth/login", login(PASSWORD)).await.code(), Some("invalid_credentials"));
    }

    /// Pays Ada's order with a valid card.
    pub(crate) async fn ada_pays(&self) {
        let (intent, secret) = self.intent().await;
        let outcome = self.world.stripe.pay(&intent, &secret, "pm_card_visa").await;
        self.ada.record(Operation::Pay { intent, method: "pm_card_visa".to_owned() }, outcome);
    }

    /// Sends a checkout of Bob.
    pub(crate) async fn bob_buys(&self, product: &Product, quantity: i64) -> Outcome {
        self.bob.fill_cart(&[product.item(quantity)]).await.expect_ok();
        self.bob.place_order(&format!("bob-{}", product.sku), &[(&product.sku, quantity)]).await
    }

    /// Lets Bob buy all tees in stock.
    pub(crate) async fn bob_buys_remaining(&self) {
        let snapshot = self.world.snapshot().await;
        let remaining = snapshot.products.iter().filter_map(|product| product.stock.get("TEE")).sum::<i64>();
        if remaining > 0 {
            self.bob_buys(&self.tee, remaining).await;
        }
    }

    /// Crashes the function `orders` at a fail point of Ada's checkout.
    pub(crate) async fn ada_dies_at(&self, point: Point, passage: u32) {
        let fault = format!("abort:{}:{passage}", point.as_str());
        self.world.lambda.next_environment("orders", [("CHAOS_POINT", fault)]);
        assert!(self.ada_checks_out().await.is_unknown());
        self.world.lambda.died("orders").await;
    }

    /// Runs `maintenance` once. It may crash.
    pub(crate) async fn run_maintenance(&self) {
        self.world.lambda.invoke("maintenance", &Value::Null).await.ok();
    }

    /// Runs `mailer` once. It may crash.
    pub(crate) async fn run_mailer(&self) {
        self.world.lambda.invoke("mailer", &Value::Null).await.ok();
    }

    /// Returns the id of Ada's order.
    pub(crate) async fn order(&self) -> String {
        self.stored_order().await.expect("an order").id
    }

    /// Returns the statuses of Ada's order and its payment.
    pub(crate) async fn outcome(&self) -> Option<(String, String)> {
        let order = self.stored_order().await?;
        Some((order.status, order.payment))
    }

    /// Cancels the intent of Ada's order at Stripe, bypassing the shop.
    pub(crate) async fn cancel_at_stripe(&self) {
        let (intent, _) = self.intent().await;
        self.world.stripe.cancel_intent(&intent).await;
    }

    /// Changes the amount of the intent of Ada's order at Stripe, bypassing the shop.
    pub(crate) async fn change_amount(&self) {
        let (intent, _) = self.intent().await;
        self.world.stripe.change_intent(&intent, "amount", "1234").await.expect_ok();
    }

    /// Disputes Ada's payment.
    pub(crate) async fn dispute(&self) {
        let (intent, _) = self.intent().await;
        self.world.stripe.dispute(&intent).await;
    }

    async fn stored_order(&self) -> Option<StoredOrder> {
        let snapshot = self.world.snapshot().await;
        snapshot.orders.into_iter().find(|order| order.key.as_deref() == Some(ADA_KEY))
    }

    /// Returns id and client secret of the intent that Stripe has for Ada's order.
    async fn intent(&self) -> (String, String) {
        let order = self.order().await;
        let intents = self.world.stripe.list("payment_intents").await;
        let intent = intents.iter().find(|intent| intent["metadata"]["order_id"] == order.as_str());
        let text = |field: &str| intent.and_then(|intent| intent[field].as_str()).expect("an intent").to_owned();
        (text("id"), text("client_secret"))
    }
}
