//! `POST /orders/{id}/payment`

use super::buyers::{buy, buyer};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn the_way_back_to_an_unpaid_order_is_the_same_intent() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let order = buy(&ada, "k1").await.expect(201);
    let payment = ada.post(&format!("/orders/{}/payment", order.text("/id")), Value::Null).await;
    assert_snapshot!(payment.shown());
    assert_eq!(&payment.body, order.at("/payment"));
}

#[tokio::test]
async fn an_order_placed_while_stripe_was_away_can_be_paid_later() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    stripe.order_fault(&json!({ "path": "/v1/payment_intents", "action": "drop_after" })).await;
    let order = buy(&ada, "k1").await.expect(201);
    assert_eq!(order.at("/payment/client_secret"), &Value::Null);
    let payment = ada.post(&format!("/orders/{}/payment", order.text("/id")), Value::Null).await.expect(200);
    assert!(payment.text("/client_secret").starts_with("pi_"));
    let replay = buy(&ada, "k1").await.expect(201);
    assert_eq!(replay.at("/payment"), &payment.body);
}

#[tokio::test]
async fn an_answer_that_stripe_repeats_for_a_day_keeps_nobody_from_paying() {
    // With the first Stripe has made an intent, and does not say so; with the second it has not.
    for (action, tries_later) in [("error_after", 1), ("error_kept", 2)] {
        let (shop, stripe) = TestShop::open_with_stripe().await;
        let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
        let ada = buyer(&shop, "ada", &tee, 1).await;
        stripe.order_fault(&json!({ "path": "/v1/payment_intents", "action": action })).await;
        let order = buy(&ada, "k1").await.expect(201);
        assert_eq!(order.at("/payment/client_secret"), &Value::Null, "{action}");
        let path = format!("/orders/{}/payment", order.text("/id"));
        for _ in 1..tries_later {
            ada.post(&path, Value::Null).await.expect(503);
        }
        let payment = ada.post(&path, Value::Null).await.expect(200);
        let intents = stripe.intents().await;
        assert_eq!((intents.len(), payment.at("/intent_id")), (1, &intents[0]["id"]), "{action}");
        assert_eq!(payment.at("/client_secret"), &intents[0]["client_secret"], "{action}");
    }
}

#[tokio::test]
async fn nobody_pays_for_an_order_of_somebody_else() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let order = buy(&buyer(&shop, "ada", &tee, 1).await, "k1").await.expect(201);
    let bob = shop.customer("bob").await;
    let not_his = bob.post(&format!("/orders/{}/payment", order.text("/id")), Value::Null).await.expect(404);
    let not_there = bob.post("/orders/0123456789abcdef01234567/payment", Value::Null).await.expect(404);
    assert_eq!(not_his.shown(), not_there.shown());
}
