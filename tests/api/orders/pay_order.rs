//! `POST /orders/{id}/payment`

use super::buyers::{buy, buyer};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn an_unpaid_order_keeps_its_payment_intent() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let order = buy(&ada, "k1").await.expect(201);
    let payment = ada.post(&format!("/orders/{}/payment", order.text("/id")), Value::Null).await;
    assert_snapshot!(payment.shown());
    assert_eq!(&payment.body, order.at("/payment"));
}

#[tokio::test]
async fn an_order_placed_during_a_stripe_outage_can_be_paid_later() {
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
async fn an_error_that_stripe_replays_does_not_prevent_payment() {
    // With `error_after` Stripe creates the intent before it fails, with `error_kept` it does not. The intent of another
    // order is not the one that is searched.
    for action in ["error_after", "error_kept"] {
        let (shop, stripe) = TestShop::open_with_stripe().await;
        let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
        let ada = buyer(&shop, "ada", &tee, 1).await;
        let of_another_order = stripe.create_intent("0123456789abcdef01234567", 1999).await;
        stripe.order_fault(&json!({ "path": "/v1/payment_intents", "action": action })).await;
        let order = buy(&ada, "k1").await.expect(201);
        assert_eq!(order.at("/payment/client_secret"), &Value::Null, "{action}");
        let path = format!("/orders/{}/payment", order.text("/id"));
        let payment = ada.post(&path, Value::Null).await.expect(200);
        let mut intents = stripe.intents().await;
        intents.retain(|intent| intent["id"] != of_another_order["id"]);
        assert_eq!((intents.len(), payment.at("/intent_id")), (1, &intents[0]["id"]), "{action}");
        assert_eq!(payment.at("/client_secret"), &intents[0]["client_secret"], "{action}");
    }
}

#[tokio::test]
async fn another_user_s_order_cannot_be_paid() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let order = buy(&buyer(&shop, "ada", &tee, 1).await, "k1").await.expect(201);
    let bob = shop.customer("bob").await;
    let by_other_user = bob.post(&format!("/orders/{}/payment", order.text("/id")), Value::Null).await.expect(404);
    let unknown = bob.post("/orders/0123456789abcdef01234567/payment", Value::Null).await.expect(404);
    assert_eq!(by_other_user.shown(), unknown.shown());
}
