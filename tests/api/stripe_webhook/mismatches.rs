//! Payments of another amount or currency than the order's: they do not pay the order, and they are refunded.

use super::deliver;
use crate::admin::refund_order::{Sale, unpaid_sale};
use crate::orders::buyers::count;
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// Creates a sale that is paid with 30 dollars after its total was changed.
async fn mismatched_sale(total: Document) -> Sale {
    let sale = unpaid_sale().await;
    change(&sale, total).await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale
}

async fn change(sale: &Sale, fields: Document) {
    let orders = sale.shop.database().collection::<Document>("orders");
    orders.update_many(doc! {}, doc! { "$set": fields }).await.expect("an update");
}

async fn deliver_payment(sale: &Sale) {
    deliver(&sale.shop, &sale.stripe.event("payment_intent.succeeded").await).await.expect(200);
}

async fn expire(sale: &Sale) {
    let ago = sale.shop.state().now().minus(Duration::from_mins(1));
    change(sale, doc! { "expires_at": ago }).await;
    ferrocart_maintenance::run(sale.shop.state().clone()).await.expect("a report");
}

/// Asserts that the order is cancelled, its stock released and its payment refunded.
async fn assert_undone(sale: &Sale, context: &str) {
    let order = sale.order().await;
    assert_eq!(
        (order.at("/status"), order.at("/payment/status")),
        (&json!("cancelled"), &json!("refunded")),
        "{context}"
    );
    assert_eq!(order.at("/flags"), &json!(["amount_mismatch"]), "{context}");
    assert_eq!((sale.refunded_at_stripe().await, sale.stock().await), (3000, 5), "{context}");
}

#[tokio::test]
async fn a_mismatched_order_can_be_cancelled_and_expires() {
    for delivered in [true, false] {
        for total in [doc! { "total_amount": 2999_i64 }, doc! { "total_amount": 3001_i64 }, doc! { "currency": "EUR" }]
        {
            for canceller in ["buyer", "admin", "maintenance"] {
                let sale = mismatched_sale(total.clone()).await;
                if delivered {
                    deliver_payment(&sale).await;
                    assert_eq!(sale.order().await.at("/status"), "pending");
                }
                match canceller {
                    "buyer" => {
                        drop(sale.buyer.post(&format!("/orders/{}/cancel", sale.id), Value::Null).await.expect(200))
                    }
                    "admin" => drop(sale.set_status("cancelled").await.expect(200)),
                    _ => expire(&sale).await,
                }
                let context = format!("{canceller} {total} delivered: {delivered}");
                assert_undone(&sale, &context).await;
                let order = sale.order().await;
                assert_eq!(
                    (order.at("/refunds/0/amount"), order.at("/refunds/0/currency")),
                    (&json!(30.0), &json!("USD"))
                );
                // Later events change nothing.
                deliver_payment(&sale).await;
                assert_undone(&sale, &context).await;
            }
        }
    }
}

#[tokio::test]
async fn a_mismatched_payment_of_a_cancelled_order_is_refunded() {
    let sale = unpaid_sale().await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    let cancelled = sale.stripe.event("payment_intent.succeeded").await["data"]["object"].clone();
    let event = json!({ "id": "evt_1", "type": "payment_intent.canceled", "data": { "object": cancelled } });
    deliver(&sale.shop, &event).await.expect(200);
    change(&sale, doc! { "total_amount": 2000_i64 }).await;
    join_all((0..3).map(|_| deliver_payment(&sale))).await;
    assert_undone(&sale, "cancelled before").await;
    assert_eq!(sale.order().await.at("/refunded_amount"), &json!(30.0));
}

#[tokio::test]
async fn what_this_account_has_not_received_is_not_refunded() {
    for (field, value) in [("livemode", json!(true)), ("amount_received", json!(0))] {
        let sale = unpaid_sale().await;
        sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
        let mut paid = sale.stripe.event("payment_intent.succeeded").await;
        let object = paid["data"]["object"].clone();
        let cancelled = json!({ "id": "evt_1", "type": "payment_intent.canceled", "data": { "object": object } });
        deliver(&sale.shop, &cancelled).await.expect(200);
        paid["data"]["object"][field] = value;
        deliver(&sale.shop, &paid).await.expect(200);
        let order = sale.order().await;
        assert_eq!((order.at("/flags"), order.at("/refunds")), (&json!(["amount_mismatch"]), &json!([])), "{field}");
        assert_eq!(sale.refunded_at_stripe().await, 0, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_cancellations_of_a_mismatched_order_refund_once() {
    let sale = mismatched_sale(doc! { "total_amount": 1000_i64 }).await;
    let path = format!("/orders/{}/cancel", sale.id);
    let ((), answers) =
        futures_util::join!(deliver_payment(&sale), join_all((0..6).map(|_| sale.buyer.post(&path, Value::Null))));
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_undone(&sale, "at once").await;
    assert_eq!(count(&sale.shop, "orders", doc! { "refunds": { "$size": 1 } }).await, 1);
}

#[tokio::test]
async fn a_mismatched_payment_refunded_at_stripe_is_not_refunded_again() {
    let sale = mismatched_sale(doc! { "total_amount": 1000_i64 }).await;
    sale.stripe.refund_by_hand(&sale.intent, 3000).await;
    sale.set_status("cancelled").await.expect(200);
    assert_undone(&sale, "by hand").await;
}
