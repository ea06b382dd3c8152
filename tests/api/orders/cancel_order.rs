//! `POST /orders/{id}/cancel`

use super::buyers::{buy, buyer, stock_left};
use crate::admin::refund_order::unpaid_sale;
use crate::leaks::{listen, log};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use futures_util::future::join_all;
use serde_json::{Value, json};

#[tokio::test]
async fn an_unpaid_order_is_cancelled_once_and_its_stock_released() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let path = format!("/orders/{}/cancel", buy(&ada, "k1").await.expect(201).text("/id"));
    let answers = join_all((0..10).map(|_| ada.post(&path, Value::Null))).await;
    let cancelled: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(cancelled.len(), 1);
    assert_eq!(cancelled[0].at("/payment/status"), "canceled");
    assert_eq!(cancelled[0].at("/payment/client_secret"), &Value::Null);
    for late in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(late.at("/code"), "invalid_transition", "{:#}", late.body);
    }
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn cancelling_an_order_of_a_deleted_variant_logs_the_lost_stock() {
    let (_listening, heard) = listen();
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let order = buy(&ada, "k1").await.expect(201).text("/id");
    let (path, admin) = (format!("/products/{}", tee.id), shop.admin().await);
    let edited = json!({
        "name": "Tee", "description": "", "category": "Shirts", "base_price": 19.99,
        "variants": [{ "sku": "TEE-L", "stock_quantity": 7 }],
    });
    admin.put(&path, edited).await.expect(200);
    let cancelled = ada.post(&format!("/orders/{order}/cancel"), Value::Null).await.expect(200);
    assert_eq!(cancelled.at("/status"), "cancelled");
    assert_eq!(stock_left(&shop, &tee).await, 7);
    let warnings: Vec<String> =
        log(&heard).into_iter().filter(|line| line.contains("variant that no longer exists")).collect();
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    for expected in [&tee.id.to_string(), "TEE-M", r#""quantity":2"#, &order] {
        assert!(warning.contains(expected), "{expected} is not in {warning}");
    }
}

#[tokio::test]
async fn an_order_is_not_cancelled_while_stripe_is_unreachable() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let path = format!("/orders/{}/cancel", buy(&ada, "k1").await.expect(201).text("/id"));
    stripe.order_fault(&json!({ "path": "/v1/payment_intents/*/cancel", "action": "drop_before" })).await;
    let answer = ada.post(&path, Value::Null).await.expect(503);
    assert_eq!((answer.at("/code"), answer.header("retry-after")), (&json!("unavailable"), "2"));
    assert_eq!(stock_left(&shop, &tee).await, 3);
    // Stripe answers neither the cancellation nor the question what became of it. The first question passes.
    stripe.order_fault(&json!({ "path": "/v1/payment_intents/*", "method": "GET", "delay_after_ms": 1 })).await;
    stripe.order_fault(&json!({ "path": "/v1/payment_intents/*/cancel", "action": "drop_before" })).await;
    stripe.order_fault(&json!({ "path": "/v1/payment_intents/*", "method": "GET", "action": "drop_before" })).await;
    ada.post(&path, Value::Null).await.expect(503);
    assert_eq!((stock_left(&shop, &tee).await, stripe.faults_left().await), (3, 0));
    ada.post(&path, Value::Null).await.expect(200);
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn an_order_whose_payment_event_is_pending_is_not_cancelled() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let order = buy(&ada, "k1").await.expect(201);
    // The payment succeeded at Stripe, and its event has not arrived yet.
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
    let answer = ada.post(&format!("/orders/{}/cancel", order.text("/id")), Value::Null).await.expect(409);
    assert_eq!(answer.at("/code"), "invalid_transition");
    assert_eq!(stock_left(&shop, &tee).await, 3);
}

#[tokio::test]
async fn a_lost_response_of_stripe_does_not_prevent_cancelling() {
    for fault in ["error_after", "drop_after"] {
        let (shop, stripe) = TestShop::open_with_stripe().await;
        let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
        let ada = buyer(&shop, "ada", &tee, 2).await;
        let path = format!("/orders/{}/cancel", buy(&ada, "k1").await.expect(201).text("/id"));
        stripe.order_fault(&json!({ "path": "/v1/payment_intents/*/cancel", "action": fault })).await;
        ada.post(&path, Value::Null).await.expect(200);
        assert_eq!(stock_left(&shop, &tee).await, 5, "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_while_the_payment_intent_is_created_succeeds() {
    for _ in 0..10 {
        let (shop, stripe) = TestShop::open_with_stripe().await;
        let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
        let ada = buyer(&shop, "ada", &tee, 2).await;
        stripe.order_fault(&json!({ "path": "/v1/payment_intents", "method": "POST", "action": "drop_before" })).await;
        let order = format!("/orders/{}", buy(&ada, "k1").await.expect(201).text("/id"));
        let (payment, cancel) = (format!("{order}/payment"), format!("{order}/cancel"));
        let (_, cancelled) = futures_util::join!(ada.post(&payment, Value::Null), ada.post(&cancel, Value::Null));
        cancelled.expect(200);
        assert!(stripe.intents().await.iter().all(|intent| intent["status"] == "canceled"));
        assert_eq!(stock_left(&shop, &tee).await, 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_whose_event_arrives_first_succeeds() {
    let sale = unpaid_sale().await;
    let path = format!("/orders/{}/cancel", sale.id);
    let event = async { sale.deliver_latest("payment_intent.canceled").await.expect(200) };
    let cancellation = ("POST", "/v1/payment_intents/*/cancel");
    let cancelled = sale.stripe.before_response(cancellation, sale.buyer.post(&path, Value::Null), event).await;
    assert_eq!(cancelled.expect(200).at("/status"), "cancelled");
    assert_eq!(sale.stock().await, 5);
}
