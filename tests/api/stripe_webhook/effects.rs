//! Payment events: each takes effect once, in whichever order and however often Stripe delivers it.

use super::{deliver, event};
use crate::orders::buyers::{buy, buyer, count, stock_left};
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, BANK_ACCOUNT, Client, Stripe, TestShop};
use futures_util::future::join_all;
use insta::assert_snapshot;
use mongodb::bson::{Document, doc};
use serde_json::json;

/// Creates a shop where Ada has ordered two of five tees.
async fn ordered() -> (TestShop, Stripe, ProductDoc, Client, Answer) {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let order = buy(&ada, "k1").await.expect(201);
    (shop, stripe, tee, ada, order)
}

async fn receipt(ada: &Client, order: &Answer) -> Answer {
    ada.get(&format!("/orders/{}", order.text("/id"))).await.expect(200)
}

#[tokio::test]
async fn a_payment_moves_its_order_to_processing() {
    let (shop, _stripe, _, ada, order) = ordered().await;
    deliver(&shop, &event("evt_1", "payment_intent.succeeded", &order, |_| {})).await.expect(200);
    assert_snapshot!(receipt(&ada, &order).await.shown());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_delivered_20_times_at_once_takes_effect_once() {
    let (shop, _stripe, _, ada, order) = ordered().await;
    let paid = event("evt_1", "payment_intent.succeeded", &order, |_| {});
    let answers = join_all((0..20).map(|_| deliver(&shop, &paid))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(count(&shop, "stripe_events", doc! {}).await, 1);
    assert_eq!(receipt(&ada, &order).await.at("/status_history").as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn an_event_that_cannot_be_stored_is_applied_when_delivered_again() {
    let (shop, _stripe, _, ada, order) = ordered().await;
    let paid = event("evt_1", "payment_intent.succeeded", &order, |_| {});
    let validate = async |validator| {
        let command = doc! { "collMod": "stripe_events", "validator": validator };
        shop.database().run_command(command).await.expect("a changed validator")
    };
    validate(doc! { "never": true }).await;
    deliver(&shop, &paid).await.expect(500);
    assert_eq!(receipt(&ada, &order).await.at("/status"), "pending");
    validate(doc! {}).await;
    deliver(&shop, &paid).await.expect(200);
    assert_eq!(receipt(&ada, &order).await.at("/status"), "processing");
}

#[tokio::test]
async fn an_event_about_a_debit_that_stripe_does_not_find_counts() {
    let (shop, _stripe, _, ada, order) = ordered().await;
    let gone = doc! { "$set": { "transaction_id": "pi_gone" } };
    shop.database().collection::<Document>("orders").update_one(doc! {}, gone).await.expect("an update");
    let debit = event("evt_1", "payment_intent.processing", &order, |intent| {
        intent["id"] = json!("pi_gone");
        intent["status"] = json!("processing");
    });
    deliver(&shop, &debit).await.expect(200);
    assert_eq!(receipt(&ada, &order).await.at("/payment/status"), "processing");
}

#[tokio::test]
async fn a_late_event_about_an_attempt_is_no_failure() {
    let (shop, _stripe, _, ada, order) = ordered().await;
    let attempt = event("evt_1", "payment_intent.processing", &order, |intent| intent["status"] = json!("processing"));
    deliver(&shop, &attempt).await.expect(200);
    assert_eq!(receipt(&ada, &order).await.at("/payment/status"), "requires_payment");
}

#[tokio::test]
async fn an_order_stays_payable_after_a_declined_card() {
    let (shop, stripe, _, ada, order) = ordered().await;
    deliver(&shop, &event("evt_1", "payment_intent.payment_failed", &order, |_| {})).await.expect(200);
    let failed = receipt(&ada, &order).await;
    assert_eq!((failed.at("/status"), failed.at("/payment/status")), (&json!("pending"), &json!("failed")));
    assert!(failed.at("/payment/client_secret").is_string());
    stripe.confirm(&order.text("/payment/intent_id"), BANK_ACCOUNT).await;
    deliver(&shop, &event("evt_2", "payment_intent.processing", &order, |_| {})).await.expect(200);
    assert_eq!(receipt(&ada, &order).await.at("/payment/status"), "processing");
    deliver(&shop, &event("evt_3", "payment_intent.succeeded", &order, |_| {})).await.expect(200);
    assert_eq!(receipt(&ada, &order).await.at("/status"), "processing");
}

#[tokio::test]
async fn a_processing_event_after_the_failure_does_not_undo_it() {
    let (shop, stripe, _, ada, order) = ordered().await;
    let intent = order.text("/payment/intent_id");
    stripe.confirm(&intent, BANK_ACCOUNT).await;
    stripe.command(&format!("payment_intents/{intent}/settle"), &json!({ "outcome": "failed" })).await;
    for (id, kind) in [("evt_2", "payment_intent.payment_failed"), ("evt_1", "payment_intent.processing")] {
        deliver(&shop, &event(id, kind, &order, |_| {})).await.expect(200);
    }
    let failed = receipt(&ada, &order).await;
    assert_eq!(failed.at("/payment/status"), "failed");
    assert!(failed.at("/payment/client_secret").is_string());
}

#[tokio::test]
async fn a_failure_before_the_payment_is_not_shown_any_more() {
    let (shop, stripe, _, ada, order) = ordered().await;
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
    deliver(&shop, &event("evt_1", "payment_intent.payment_failed", &order, |_| {})).await.expect(200);
    assert_eq!(receipt(&ada, &order).await.at("/payment/status"), "requires_payment");
}

#[tokio::test]
async fn a_canceled_intent_cancels_the_order_and_releases_stock_once() {
    let (shop, _stripe, tee, ada, order) = ordered().await;
    for id in ["evt_1", "evt_1", "evt_2"] {
        deliver(&shop, &event(id, "payment_intent.canceled", &order, |_| {})).await.expect(200);
    }
    assert_eq!(receipt(&ada, &order).await.at("/status"), "cancelled");
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn events_out_of_order_do_not_undo_a_payment() {
    let (shop, _stripe, tee, ada, order) = ordered().await;
    for (id, kind) in [
        ("evt_3", "payment_intent.succeeded"),
        ("evt_1", "payment_intent.payment_failed"),
        ("evt_2", "payment_intent.processing"),
        ("evt_4", "payment_intent.canceled"),
    ] {
        deliver(&shop, &event(id, kind, &order, |_| {})).await.expect(200);
    }
    let paid = receipt(&ada, &order).await;
    assert_eq!((paid.at("/status"), paid.at("/payment/status")), (&json!("processing"), &json!("succeeded")));
    assert_eq!(stock_left(&shop, &tee).await, 3);
}

#[tokio::test]
async fn a_mismatched_amount_or_currency_does_not_mark_the_order_paid() {
    for (field, value) in [
        ("amount_received", json!(1)),
        ("currency", json!("jpy")),
        ("livemode", json!(true)),
        ("amount_received", json!(0)),
    ] {
        let (shop, _stripe, _, ada, order) = ordered().await;
        let mismatched = event("evt_1", "payment_intent.succeeded", &order, |intent| intent[field] = value.clone());
        deliver(&shop, &mismatched).await.expect(200);
        assert_eq!(receipt(&ada, &order).await.at("/status"), "pending", "{field} {value}");
        assert_eq!(count(&shop, "orders", doc! { "flags": "amount_mismatch" }).await, 1, "{field} {value}");
    }
}

#[tokio::test]
async fn a_payment_for_a_cancelled_order_reacquires_its_stock() {
    let (shop, _stripe, tee, ada, order) = ordered().await;
    deliver(&shop, &event("evt_1", "payment_intent.canceled", &order, |_| {})).await.expect(200);
    assert_eq!(stock_left(&shop, &tee).await, 5);
    for id in ["evt_2", "evt_3"] {
        deliver(&shop, &event(id, "payment_intent.succeeded", &order, |_| {})).await.expect(200);
    }
    assert_eq!(receipt(&ada, &order).await.at("/status"), "processing");
    assert_eq!(stock_left(&shop, &tee).await, 3);
}

#[tokio::test]
async fn a_payment_for_a_cancelled_order_of_an_inactive_product_is_refunded() {
    let (shop, stripe, tee, ada, order) = ordered().await;
    // The payment succeeds at Stripe before the cancellation, so that it can be refunded.
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
    deliver(&shop, &event("evt_1", "payment_intent.canceled", &order, |_| {})).await.expect(200);
    shop.state().products.deactivate(tee.id, shop.state().now()).await.expect("an update");
    deliver(&shop, &event("evt_2", "payment_intent.succeeded", &order, |_| {})).await.expect(200);
    let refunded = receipt(&ada, &order).await;
    assert_eq!((refunded.at("/status"), refunded.at("/payment/status")), (&json!("cancelled"), &json!("refunded")));
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn a_payment_for_a_cancelled_order_without_stock_is_refunded() {
    let (shop, stripe, tee, ada, order) = ordered().await;
    // The payment succeeds at Stripe before the cancellation, so that it can be refunded.
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
    deliver(&shop, &event("evt_1", "payment_intent.canceled", &order, |_| {})).await.expect(200);
    buy(&buyer(&shop, "bob", &tee, 4).await, "k1").await.expect(201);
    for id in ["evt_2", "evt_3"] {
        deliver(&shop, &event(id, "payment_intent.succeeded", &order, |_| {})).await.expect(200);
    }
    let refunded = receipt(&ada, &order).await;
    assert_eq!((refunded.at("/status"), refunded.at("/payment/status")), (&json!("cancelled"), &json!("refunded")));
    assert_eq!(refunded.at("/refunded_amount"), &json!(39.98));
    assert_eq!(stock_left(&shop, &tee).await, 1);
    assert_eq!(stripe.refunds(&order.text("/payment/intent_id")).await.len(), 1);
}

#[tokio::test]
async fn a_payment_for_a_cancelled_order_without_address_is_refunded() {
    let (shop, _stripe, tee, ada, order) = ordered().await;
    ada.post(&format!("/orders/{}/cancel", order.text("/id")), json!(null)).await.expect(200);
    // The address is erased with the account.
    let deletion = json!({ "password": "correct horse" });
    ada.send(axum::http::Method::DELETE, "/auth/me", Some(deletion)).await.expect(204);
    let late = event("evt_1", "payment_intent.succeeded", &order, |_| {});
    deliver(&shop, &late).await.expect(200);
    let admin = shop.admin().await;
    let receipt = admin.get(&format!("/admin/orders/{}", order.text("/id"))).await.expect(200);
    assert_eq!((receipt.at("/erased"), receipt.at("/status")), (&json!(true), &json!("cancelled")));
    assert_eq!(receipt.at("/refunds/0/amount"), order.at("/total_amount"));
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn an_event_for_an_intent_the_order_does_not_have_yet_counts() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    // Stripe creates the intent, and its response is lost.
    stripe.order_fault(&json!({ "path": "/v1/payment_intents", "action": "drop_after" })).await;
    let order = buy(&ada, "k1").await.expect(201);
    let intent = stripe.intents().await.remove(0);
    let paid = json!({ "id": "evt_1", "type": "payment_intent.succeeded", "data": { "object": {
        "id": intent["id"], "status": "succeeded", "amount": 1999, "amount_received": 1999, "currency": "usd",
        "livemode": false, "metadata": intent["metadata"],
    } } });
    deliver(&shop, &paid).await.expect(200);
    let paid = receipt(&ada, &order).await;
    assert_eq!((paid.at("/status"), paid.at("/transaction_id")), (&json!("processing"), &intent["id"]));
    assert_eq!(stripe.intents().await.len(), 1);
}

#[tokio::test]
async fn events_of_other_systems_are_accepted_and_ignored() {
    let (shop, _stripe, _, ada, order) = ordered().await;
    let unknown = event("evt_1", "payment_intent.succeeded", &order, |intent| {
        intent["metadata"] = json!({ "order_id": "0123456789abcdef01234567" });
    });
    let foreign = event("evt_2", "payment_intent.succeeded", &order, |intent| intent["metadata"] = json!({}));
    let other_kind = event("evt_3", "invoice.paid", &order, |_| {});
    for event in [unknown, foreign, other_kind] {
        deliver(&shop, &event).await.expect(200);
    }
    assert_eq!(receipt(&ada, &order).await.at("/status"), "pending");
}
