//! A shop with a few things to sell, a buyer whose luck it is about, another buyer, and somebody
//! who runs it.

use ferrocart::fail_points::Point;
use ferrocart_chaos::{ApiClient, Operation, Outcome, Product, World, WorldOptions};
use mongodb::bson::{DateTime, Document, doc};
use serde_json::Value;

/// Longer than anything waits in the shop.
const AN_HOUR_MS: i64 = 3_600_000;
/// Under which keys ada and bob buy.
pub(crate) const ADAS_KEY: &str = "ada-1";

/// A shop of five tees and one mug, of which ada wants two and one.
pub(crate) struct Fixture {
    pub(crate) world: World,
    pub(crate) tee: Product,
    pub(crate) mug: Product,
    pub(crate) ada: ApiClient,
    pub(crate) bob: ApiClient,
    pub(crate) admin: ApiClient,
}

impl Fixture {
    pub(crate) async fn open(options: WorldOptions) -> Self {
        let mut world = World::open_with(options).await;
        let tee = world.add_product("TEE", 1999, 5).await;
        let mug = world.add_product("MUG", 850, 1).await;
        let ada = world.buyer_with_cart("ada", &[(&tee, 2), (&mug, 1)]).await;
        let (bob, admin) = (world.buyer("bob").await, world.admin("admin").await);
        Self { world, tee, mug, ada, bob, admin }
    }

    /// Ada buys what is in her cart, and whenever she does it is the same purchase.
    pub(crate) async fn ada_orders(&self) -> Outcome {
        self.ada.place_order(ADAS_KEY, &[("TEE", 2), ("MUG", 1)]).await
    }

    /// Ada pays her order with a good card.
    pub(crate) async fn ada_pays(&self) {
        let (intent, secret) = self.intent().await;
        let outcome = self.world.stripe.pay(&intent, &secret, "pm_card_visa").await;
        self.ada.record(Operation::Pay { intent, method: "pm_card_visa".to_owned() }, outcome);
    }

    /// Bob buys that many pieces, if he can.
    pub(crate) async fn bob_buys(&self, product: &Product, pieces: i64) -> Outcome {
        done(self.bob.fill_cart(&[product.item(pieces)]).await);
        self.bob.place_order(&format!("bob-{}", product.sku), &[(&product.sku, pieces)]).await
    }

    /// Bob buys all tees that are in stock, if there are any.
    pub(crate) async fn bob_buys_the_rest(&self) {
        let now = self.world.snapshot().await;
        let left = now.products.iter().filter_map(|product| product.stock.get("TEE")).sum::<i64>();
        if left > 0 {
            self.bob_buys(&self.tee, left).await;
        }
    }

    /// Lets the function `orders` die at a point of ada's checkout.
    pub(crate) async fn ada_dies_at(&self, point: Point, passage: u32) {
        let order = format!("abort:{}:{passage}", point.as_str());
        self.world.lambda.next_environment("orders", [("CHAOS_POINT", order)]);
        assert!(self.ada_orders().await.is_unknown());
        self.world.lambda.died("orders").await;
    }

    /// Lets an hour pass for what waits, and on request for what is unpaid.
    pub(crate) async fn make_due(&self, overdue: bool) {
        let before = DateTime::from_millis(DateTime::now().timestamp_millis().saturating_sub(AN_HOUR_MS));
        let orders = self.world.database().collection::<Document>("orders");
        let mut times = doc! { "checked_at": before };
        if overdue {
            times.insert("expires_at", before);
        }
        orders.update_many(doc! { "status": "pending" }, doc! { "$set": times }).await.expect("an update");
    }

    /// Runs the scheduled function once, and gives its report if it came to an end.
    pub(crate) async fn run_maintenance(&self) -> Option<Value> {
        self.world.lambda.invoke("maintenance", &Value::Null).await.ok()
    }

    /// The id of ada's order.
    pub(crate) async fn order(&self) -> String {
        let now = self.world.snapshot().await;
        now.orders.iter().find(|order| order.key.as_deref() == Some(ADAS_KEY)).expect("an order").id.clone()
    }

    /// How ada's order stands: its state, and that of its payment.
    pub(crate) async fn outcome(&self) -> Option<(String, String)> {
        let now = self.world.snapshot().await;
        let order = now.orders.iter().find(|order| order.key.as_deref() == Some(ADAS_KEY))?;
        Some((order.status.clone(), order.payment.clone()))
    }

    /// Cancels ada's payment at Stripe, past the shop.
    pub(crate) async fn cancel_at_stripe(&self) {
        let (intent, _) = self.intent().await;
        self.world.stripe.cancel_intent(&intent).await;
    }

    /// Has another amount asked of ada, past the shop.
    pub(crate) async fn change_amount(&self) {
        let (intent, _) = self.intent().await;
        done(self.world.stripe.change_intent(&intent, "amount", "1234").await);
    }

    /// Ada's bank takes her money back.
    pub(crate) async fn dispute(&self) {
        let (intent, _) = self.intent().await;
        self.world.stripe.dispute(&intent).await;
    }

    /// The intent of ada's order at Stripe, whether the shop knows it or not, and its secret.
    async fn intent(&self) -> (String, String) {
        let order = self.order().await;
        let intents = self.world.stripe.list("payment_intents").await;
        let intent = intents.iter().find(|intent| intent["metadata"]["order_id"] == order.as_str());
        let text = |field: &str| intent.and_then(|intent| intent[field].as_str()).expect("an intent").to_owned();
        (text("id"), text("client_secret"))
    }
}

/// What belongs to the preparation has to succeed.
#[track_caller]
pub(crate) fn done(outcome: Outcome) -> Value {
    match outcome {
        Outcome::Ok(answer) => answer,
        other => panic!("not done: {other:?}"),
    }
}
