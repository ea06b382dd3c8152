//! Refund events: in any order, repeated, and for refunds made by the API or at Stripe.

use super::deliver;
use crate::admin::refund_order::{Sale, paid_sale, unpaid_sale};
use crate::orders::buyers::count;
use futures_util::future::join_all;
use mongodb::bson::doc;
use serde_json::{Value, json};

#[tokio::test]
async fn a_refund_made_in_stripes_dashboard_is_shown() {
    let sale = paid_sale().await;
    sale.stripe.refund_by_hand(&sale.intent, 1000).await;
    let first = sale.stripe.event("charge.refunded").await;
    deliver(&sale.shop, &first).await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/refunded_amount"), order.at("/refundable_amount")), (&json!(10.0), &json!(20.0)));
    assert_eq!(order.at("/payment/status"), "partially_refunded");
    assert_eq!((order.at("/refunds/0/by"), order.at("/refunds/0/amount")), (&json!("stripe"), &json!(10.0)));
    // The buyer's receipt shows it as well.
    let receipt = sale.buyer.get(&format!("/orders/{}", sale.id)).await.expect(200);
    assert_eq!(
        (receipt.at("/refunded_amount"), receipt.at("/payment/status")),
        (&json!(10.0), &json!("partially_refunded"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refund_events_count_once_in_any_order() {
    let sale = paid_sale().await;
    sale.refund(json!({ "amount": 5 })).await.expect(201);
    let first = sale.stripe.event("charge.refunded").await;
    sale.stripe.refund_by_hand(&sale.intent, 1000).await;
    let second = sale.stripe.event("charge.refunded").await;
    for event in [&second, &first, &second] {
        deliver(&sale.shop, event).await.expect(200);
        assert_eq!(sale.order().await.at("/refunded_amount"), &json!(15.0));
    }
    let mut once_more = second.clone();
    let copies = (0..20).map(|number| {
        once_more["id"] = json!(format!("evt_copy_{}", number % 10));
        once_more.clone()
    });
    let copies: Vec<Value> = copies.collect();
    let answers = join_all(copies.iter().map(|copy| deliver(&sale.shop, copy))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let order = sale.order().await;
    assert_eq!(order.at("/refunded_amount"), &json!(15.0));
    assert_eq!(order.at("/refunds").as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_refund_event_may_arrive_before_the_response() {
    let sale = paid_sale().await;
    sale.fault("/v1/refunds", "drop_after").await;
    let refund = sale.refund(json!({ "amount": 12 })).await.expect(201);
    assert_eq!((refund.at("/status"), refund.at("/refunded_amount")), (&json!("pending"), &json!(0.0)));
    deliver(&sale.shop, &sale.stripe.event("charge.refunded").await).await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/refunds/0/status"), order.at("/refunds/0/id")), (&json!("succeeded"), refund.at("/id")));
    assert_eq!(order.at("/refunded_amount"), &json!(12.0));
    assert_eq!(order.at("/refunds").as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_refund_returned_by_the_bank_fails_and_can_be_repeated() {
    let sale = paid_sale().await;
    sale.refund(json!({})).await.expect(201);
    let refunded = sale.stripe.event("charge.refunded").await;
    let id = sale.stripe.refunds(&sale.intent).await[0]["id"].as_str().expect("an id").to_owned();
    sale.stripe.command(&format!("refunds/{id}/fail"), &json!({})).await;
    deliver(&sale.shop, &sale.stripe.event("refund.failed").await).await.expect(200);
    // This event arrives late and is outdated.
    deliver(&sale.shop, &refunded).await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/refunded_amount"), order.at("/payment/status")), (&json!(0.0), &json!("succeeded")));
    assert_eq!(order.at("/refunds/0/failure_reason"), "lost_or_stolen_card");
    assert_eq!(order.at("/flags"), &json!(["refund_failed"]));
    let again = sale.refund(json!({})).await.expect(201);
    assert_eq!((again.at("/status"), again.at("/payment_status")), (&json!("succeeded"), &json!("refunded")));
    assert_eq!(sale.order().await.at("/flags"), &json!([]), "no refund has failed any more");
}

#[tokio::test]
async fn a_refund_event_before_the_payment_event_is_kept() {
    let sale = unpaid_sale().await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale.stripe.refund_by_hand(&sale.intent, 1000).await;
    deliver(&sale.shop, &sale.stripe.event("charge.refunded").await).await.expect(200);
    assert_eq!((sale.order().await.at("/status")), &json!("pending"));
    deliver(&sale.shop, &sale.stripe.event("payment_intent.succeeded").await).await.expect(200);
    let order = sale.order().await;
    assert_eq!(
        (order.at("/status"), order.at("/payment/status")),
        (&json!("processing"), &json!("partially_refunded"))
    );
    assert_eq!(order.at("/refunded_amount"), &json!(10.0));
}

#[tokio::test]
async fn a_refund_event_is_retried_while_refunds_cannot_be_listed() {
    let Sale { shop, stripe, intent, .. } = &paid_sale().await;
    stripe.refund_by_hand(intent, 1000).await;
    let refunded = stripe.event("charge.refunded").await;
    stripe.order_fault(&json!({ "path": "/v1/refunds", "method": "GET", "action": "drop_before" })).await;
    deliver(shop, &refunded).await.expect(503);
    assert_eq!(count(shop, "stripe_events", doc! { "type": "charge.refunded" }).await, 0);
    deliver(shop, &refunded).await.expect(200);
    assert_eq!(count(shop, "orders", doc! { "refunded_amount": 1000_i64 }).await, 1);
}

#[tokio::test]
async fn a_refund_event_is_retried_while_its_intent_cannot_be_retrieved() {
    let sale = unpaid_sale().await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale.stripe.refund_by_hand(&sale.intent, 1000).await;
    // The event that attaches the intent to the order has not arrived.
    sale.change(doc! { "transaction_id": null }).await;
    let outage = json!({ "path": "/v1/payment_intents/*", "method": "GET", "action": "error_before" });
    sale.stripe.order_fault(&outage).await;
    assert!(sale.deliver_latest("charge.refunded").await.status.is_server_error());
    sale.deliver_latest("charge.refunded").await.expect(200);
    assert_eq!(count(&sale.shop, "orders", doc! { "refunds.amount": 1000_i64 }).await, 1);
}

#[tokio::test]
async fn a_late_payment_waits_until_its_refunds_can_be_listed() {
    let sale = unpaid_sale().await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale.stripe.refund_by_hand(&sale.intent, 3000).await;
    let mut paid = sale.stripe.event("payment_intent.succeeded").await;
    paid["created"] = json!(paid["created"].as_i64().expect("a time") - 3600);
    sale.stripe.order_fault(&json!({ "path": "/v1/refunds", "method": "GET", "action": "error_before" })).await;
    assert!(deliver(&sale.shop, &paid).await.status.is_server_error());
    assert_eq!(sale.order().await.at("/status"), "pending");
    deliver(&sale.shop, &paid).await.expect(200);
    assert_eq!(sale.order().await.at("/status"), "cancelled");
}

#[tokio::test]
async fn a_refund_of_an_unknown_payment_is_ignored() {
    let sale = paid_sale().await;
    for (id, intent) in [("evt_1", json!("pi_other")), ("evt_2", Value::Null)] {
        let charge = json!({ "id": "ch_1", "object": "charge", "payment_intent": intent, "amount_refunded": 3000 });
        let event = json!({ "id": id, "type": "charge.refunded", "data": { "object": charge } });
        deliver(&sale.shop, &event).await.expect(200);
    }
    assert_eq!(sale.order().await.at("/refunded_amount"), &json!(0.0));
}

#[tokio::test]
async fn a_payment_refunded_before_its_event_cancels_the_order() {
    for refund_event_first in [true, false] {
        let sale = unpaid_sale().await;
        sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
        sale.stripe.refund_by_hand(&sale.intent, 3000).await;
        let mut paid = sale.stripe.event("payment_intent.succeeded").await;
        if refund_event_first {
            deliver(&sale.shop, &sale.stripe.event("charge.refunded").await).await.expect(200);
        } else {
            // The event is an hour old, so the API reads the payment's state from Stripe.
            paid["created"] = json!(paid["created"].as_i64().expect("a time") - 3600);
        }
        deliver(&sale.shop, &paid).await.expect(200);
        let order = sale.order().await;
        assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("cancelled"), &json!("refunded")));
        assert_eq!((order.at("/refunded_amount"), sale.stock().await), (&json!(30.0), 5), "{refund_event_first}");
        assert_eq!(sale.refunded_at_stripe().await, 3000);
    }
}
