//! What Stripe tells of refunds: whenever, however often, and whoever has made them.

use super::deliver;
use crate::admin::refund_order::{Sale, sale};
use crate::orders::buyers::count;
use futures_util::future::join_all;
use mongodb::bson::doc;
use serde_json::{Value, json};

#[tokio::test]
async fn a_refund_made_at_stripe_by_hand_is_shown() {
    let sale = sale().await;
    sale.stripe.refund_by_hand(&sale.intent, 1000).await;
    let first = sale.stripe.event("charge.refunded").await;
    deliver(&sale.shop, &first).await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/refunded_amount"), order.at("/refundable_amount")), (&json!(10.0), &json!(20.0)));
    assert_eq!(order.at("/payment/status"), "partially_refunded");
    assert_eq!((order.at("/refunds/0/by"), order.at("/refunds/0/amount")), (&json!("stripe"), &json!(10.0)));
    // The buyer sees it, too.
    let receipt = sale.buyer.get(&format!("/orders/{}", sale.id)).await.expect(200);
    assert_eq!(
        (receipt.at("/refunded_amount"), receipt.at("/payment/status")),
        (&json!(10.0), &json!("partially_refunded"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_refunds_count_once_in_whatever_order_they_come() {
    let sale = sale().await;
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
async fn an_event_of_a_refund_may_be_faster_than_the_answer() {
    let sale = sale().await;
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
async fn a_refund_that_the_bank_sends_back_has_failed_and_can_be_made_anew() {
    let sale = sale().await;
    sale.refund(json!({})).await.expect(201);
    let refunded = sale.stripe.event("charge.refunded").await;
    let id = sale.stripe.refunds(&sale.intent).await[0]["id"].as_str().expect("an id").to_owned();
    sale.stripe.command(&format!("refunds/{id}/fail"), &json!({})).await;
    deliver(&sale.shop, &sale.stripe.event("refund.failed").await).await.expect(200);
    // This one is late, and tells of what was true once.
    deliver(&sale.shop, &refunded).await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/refunded_amount"), order.at("/payment/status")), (&json!(0.0), &json!("succeeded")));
    assert_eq!(order.at("/refunds/0/failure_reason"), "lost_or_stolen_card");
    assert_eq!(order.at("/flags"), &json!(["refund_failed"]));
    let again = sale.refund(json!({})).await.expect(201);
    assert_eq!((again.at("/status"), again.at("/payment_status")), (&json!("succeeded"), &json!("refunded")));
    assert_eq!(sale.order().await.at("/flags"), &json!([]), "nothing is left to be done");
}

#[tokio::test]
async fn a_refund_that_is_told_of_before_the_payment_is_not_forgotten() {
    let sale = crate::admin::refund_order::unpaid().await;
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
async fn an_event_waits_at_stripe_while_its_refunds_cannot_be_asked_for() {
    let Sale { shop, stripe, intent, .. } = &sale().await;
    stripe.refund_by_hand(intent, 1000).await;
    let refunded = stripe.event("charge.refunded").await;
    stripe.order_fault(&json!({ "path": "/v1/refunds", "method": "GET", "action": "drop_before" })).await;
    deliver(shop, &refunded).await.expect(503);
    assert_eq!(count(shop, "stripe_events", doc! { "type": "charge.refunded" }).await, 0);
    deliver(shop, &refunded).await.expect(200);
    assert_eq!(count(shop, "orders", doc! { "refunded_amount": 1000_i64 }).await, 1);
}

#[tokio::test]
async fn a_refund_of_somebody_elses_payment_is_none_of_our_business() {
    let sale = sale().await;
    for (id, intent) in [("evt_1", json!("pi_other")), ("evt_2", Value::Null)] {
        let charge = json!({ "id": "ch_1", "object": "charge", "payment_intent": intent, "amount_refunded": 3000 });
        let event = json!({ "id": id, "type": "charge.refunded", "data": { "object": charge } });
        deliver(&sale.shop, &event).await.expect(200);
    }
    assert_eq!(sale.order().await.at("/refunded_amount"), &json!(0.0));
}

#[tokio::test]
async fn money_that_went_back_before_its_payment_was_known_buys_nothing() {
    for told in [true, false] {
        let sale = crate::admin::refund_order::unpaid().await;
        sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
        sale.stripe.refund_by_hand(&sale.intent, 3000).await;
        let mut paid = sale.stripe.event("payment_intent.succeeded").await;
        if told {
            deliver(&sale.shop, &sale.stripe.event("charge.refunded").await).await.expect(200);
        } else {
            // The payment is an hour old, and Stripe is asked what has become of it.
            paid["created"] = json!(paid["created"].as_i64().expect("a time") - 3600);
        }
        deliver(&sale.shop, &paid).await.expect(200);
        let order = sale.order().await;
        assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("cancelled"), &json!("refunded")));
        assert_eq!((order.at("/refunded_amount"), sale.stock().await), (&json!(30.0), 5), "told: {told}");
        assert_eq!(sale.sent_back().await, 3000);
    }
}
