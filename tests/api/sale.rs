//! Further steps of tests with a sale: time passes, banks dispute, events arrive.

use crate::admin::refund_order::Sale;
use crate::orders::buyers::{buy, buyer};
use crate::stripe_webhook::deliver;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, Stripe, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// Creates a sale that is not paid, in an empty shop.
pub(crate) async fn unpaid_sale_at((shop, stripe): (TestShop, Stripe)) -> Sale {
    let tee = shop.stock(product("Tee", 1000, &[("TEE-M", 5)])).await;
    let buyer = buyer(&shop, "ada", &tee, 3).await;
    let placed = buy(&buyer, "k1").await.expect(201);
    let (id, intent) = (placed.text("/id"), placed.text("/payment/intent_id"));
    let admin = shop.admin().await;
    Sale { shop, stripe, tee, buyer, admin, id, intent }
}

/// Creates a sale that is paid and not shipped, in an empty shop.
pub(crate) async fn paid_sale_at(shop: (TestShop, Stripe)) -> Sale {
    let sale = unpaid_sale_at(shop).await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale.deliver_latest("payment_intent.succeeded").await.expect(200);
    sale
}

impl Sale {
    /// Runs `maintenance` and returns its report.
    pub(crate) async fn maintain(&self) -> Value {
        ferrocart_maintenance::run(self.shop.state().clone()).await.expect("a report")
    }

    /// Lets the time pass after which the order is reconciled, and runs `maintenance`.
    pub(crate) async fn reconcile(&self) -> Value {
        self.change(doc! { "reconcile_at": self.ago(1) }).await;
        self.maintain().await
    }

    /// Changes fields of the order in the database.
    pub(crate) async fn change(&self, fields: Document) {
        let orders = self.shop.database().collection::<Document>("orders");
        orders.update_many(doc! {}, doc! { "$set": fields }).await.expect("an update");
    }

    /// Returns the time some minutes ago.
    pub(crate) fn ago(&self, minutes: u64) -> Timestamp {
        self.shop.state().now().minus(Duration::from_mins(minutes))
    }

    /// Opens a dispute of the payment as the bank, and returns its id.
    pub(crate) async fn dispute(&self) -> String {
        let dispute = self.stripe.command("disputes", &json!({ "payment_intent": self.intent })).await;
        dispute["id"].as_str().expect("a dispute").to_owned()
    }

    /// Closes a dispute as the bank.
    pub(crate) async fn close_dispute(&self, dispute: &str, outcome: &str) {
        self.stripe.command(&format!("disputes/{dispute}/close"), &json!({ "outcome": outcome })).await;
    }

    /// Delivers the latest event of a type.
    pub(crate) async fn deliver_latest(&self, kind: &str) -> Answer {
        deliver(&self.shop, &self.stripe.event(kind).await).await
    }
}
