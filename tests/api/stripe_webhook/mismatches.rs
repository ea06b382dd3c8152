//! Money that is not what its order costs: it buys nothing, and it does not stay.

use super::deliver;
use crate::admin::refund_order::{Sale, unpaid};
use crate::orders::buyers::count;
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// A sale for 30 dollars that is paid, and costs something else by now.
async fn paid_otherwise(costs: Document) -> Sale {
    let sale = unpaid().await;
    change(&sale, costs).await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale
}

async fn change(sale: &Sale, fields: Document) {
    let orders = sale.shop.database().collection::<Document>("orders");
    orders.update_many(doc! {}, doc! { "$set": fields }).await.expect("an update");
}

async fn tell(sale: &Sale) {
    deliver(&sale.shop, &sale.stripe.event("payment_intent.succeeded").await).await.expect(200);
}

async fn expire(sale: &Sale) {
    let ago = sale.shop.state().now().minus(Duration::from_mins(1));
    change(sale, doc! { "expires_at": ago }).await;
    ferrocart_maintenance::run(sale.shop.state().clone()).await.expect("a report");
}

/// The order is over, its goods are back, and so is what was paid.
async fn assert_undone(sale: &Sale, context: &str) {
    let order = sale.order().await;
    assert_eq!(
        (order.at("/status"), order.at("/payment/status")),
        (&json!("cancelled"), &json!("refunded")),
        "{context}"
    );
    assert_eq!(order.at("/flags"), &json!(["amount_mismatch"]), "{context}");
    assert_eq!((sale.sent_back().await, sale.stock().await), (3000, 5), "{context}");
}

#[tokio::test]
async fn an_order_with_a_wrong_payment_can_be_cancelled_by_anybody_and_expires() {
    for told in [true, false] {
        for costs in [doc! { "total_amount": 2999_i64 }, doc! { "total_amount": 3001_i64 }, doc! { "currency": "EUR" }]
        {
            for who in ["buyer", "admin", "time"] {
                let sale = paid_otherwise(costs.clone()).await;
                if told {
                    tell(&sale).await;
                    assert_eq!(sale.order().await.at("/status"), "pending");
                }
                match who {
                    "buyer" => {
                        drop(sale.buyer.post(&format!("/orders/{}/cancel", sale.id), Value::Null).await.expect(200))
                    }
                    "admin" => drop(sale.go_to("cancelled").await.expect(200)),
                    _ => expire(&sale).await,
                }
                let context = format!("{who} {costs} told: {told}");
                assert_undone(&sale, &context).await;
                let order = sale.order().await;
                assert_eq!(
                    (order.at("/refunds/0/amount"), order.at("/refunds/0/currency")),
                    (&json!(30.0), &json!("USD"))
                );
                // Later news change nothing.
                tell(&sale).await;
                assert_undone(&sale, &context).await;
            }
        }
    }
}

#[tokio::test]
async fn wrong_money_for_a_cancelled_order_goes_back() {
    let sale = unpaid().await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    let cancelled = sale.stripe.event("payment_intent.succeeded").await["data"]["object"].clone();
    let event = json!({ "id": "evt_1", "type": "payment_intent.canceled", "data": { "object": cancelled } });
    deliver(&sale.shop, &event).await.expect(200);
    change(&sale, doc! { "total_amount": 2000_i64 }).await;
    join_all((0..3).map(|_| tell(&sale))).await;
    assert_undone(&sale, "cancelled before").await;
    assert_eq!(sale.order().await.at("/refunded_amount"), &json!(30.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_a_wrong_payment_is_cancelled_once_by_many_at_once() {
    let sale = paid_otherwise(doc! { "total_amount": 1000_i64 }).await;
    let path = format!("/orders/{}/cancel", sale.id);
    let ((), answers) = futures_util::join!(tell(&sale), join_all((0..6).map(|_| sale.buyer.post(&path, Value::Null))));
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_undone(&sale, "at once").await;
    assert_eq!(count(&sale.shop, "orders", doc! { "refunds": { "$size": 1 } }).await, 1);
}

#[tokio::test]
async fn what_somebody_has_sent_back_by_hand_is_not_sent_again() {
    let sale = paid_otherwise(doc! { "total_amount": 1000_i64 }).await;
    sale.stripe.refund_by_hand(&sale.intent, 3000).await;
    sale.go_to("cancelled").await.expect(200);
    assert_undone(&sale, "by hand").await;
}
