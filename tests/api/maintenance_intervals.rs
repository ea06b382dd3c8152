//! The scheduled function `maintenance`: how often it queries Stripe.

use crate::admin::refund_order::{Sale, paid_sale, unpaid_sale};
use ferrocart_tests::BANK_ACCOUNT;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// Returns the minutes until the order is reconciled again.
async fn minutes_until_next(sale: &Sale) -> u64 {
    let orders = sale.shop.database().collection::<Document>("orders");
    let order = orders.find_one(doc! {}).await.expect("a result").expect("an order");
    let next = order.get_datetime("reconcile_at").expect("a time");
    let wait = next.saturating_duration_since(DateTime::now());
    // To the nearest minute: the test itself takes a moment.
    wait.saturating_add(Duration::from_secs(30)).as_secs() / 60
}

async fn due(sale: &Sale, age_in_minutes: u64) {
    sale.change(doc! { "created_at": sale.ago(age_in_minutes), "reconcile_at": sale.ago(1) }).await;
}

#[tokio::test]
async fn an_unpaid_order_is_reconciled_after_minutes_then_hours() {
    let sale = unpaid_sale().await;
    assert_eq!(minutes_until_next(&sale).await, 3);
    sale.stripe.confirm(&sale.intent, BANK_ACCOUNT).await;
    for (age, next) in [(4, 3), (40, 10), (600, 150), (6000, 360)] {
        due(&sale, age).await;
        assert_eq!(sale.maintain().await["payments_reconciled"], json!({ "done": 1, "failed": 0 }));
        assert_eq!(sale.maintain().await["payments_reconciled"], json!({ "done": 0, "failed": 0 }));
        assert_eq!(minutes_until_next(&sale).await, next, "{age} minutes old");
    }
}

#[tokio::test]
async fn a_paid_order_is_reconciled_ever_less_often() {
    let sale = paid_sale().await;
    for (age, next) in [(4, 3), (600, 150), (60_000, 1440)] {
        due(&sale, age).await;
        assert_eq!(sale.maintain().await["disputes_reconciled"], json!({ "done": 1, "failed": 0 }));
        assert_eq!(minutes_until_next(&sale).await, next, "{age} minutes old");
    }
}

#[tokio::test]
async fn a_run_stops_calling_stripe_when_it_calls_too_often() {
    let sale = unpaid_sale().await;
    let orders = sale.shop.database().collection::<Document>("orders");
    let order = orders.find_one(doc! {}).await.expect("a result").expect("an order");
    for number in 0..60_i64 {
        let mut another = order.clone();
        another.extend(doc! {
            "_id": mongodb::bson::oid::ObjectId::new(), "order_number": format!("FC-0000-{number:04}"),
            "transaction_id": format!("pi_other_{number}"), "cart_purchase": 1000 + number,
        });
        another.remove("idempotency_key");
        orders.insert_one(another).await.expect("an order");
    }
    let calls = async |fault: &Value| {
        due(&sale, 10).await;
        sale.stripe.order_fault(fault).await;
        let report = sale.maintain().await;
        report["payments_reconciled"]["failed"].as_u64().expect("a count")
    };
    let limited = json!({ "path": "/v1/payment_intents/*", "method": "GET", "times": 1000, "action": "rate_limit" });
    // Those that had started already are completed.
    assert!((1..=8).contains(&calls(&limited).await));
    // The next run tries again.
    assert!((1..=8).contains(&calls(&limited).await));
}

#[tokio::test]
async fn an_open_dispute_is_checked_again_only_when_it_is_due() {
    let sale = paid_sale().await;
    sale.dispute().await;
    assert_eq!(sale.reconcile().await["disputes_reconciled"], json!({ "done": 1, "failed": 0 }));
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
    assert_eq!(sale.maintain().await["disputes_reconciled"], json!({ "done": 0, "failed": 0 }));
}
