//! Payments that Stripe refuses for good: the order is cancelled with Stripe's reason. A rejected API key is no reason.

use super::buyers::{buy, buyer, stock_left};
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, Client, Stripe, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

async fn shop_with_tees() -> (TestShop, Stripe, ProductDoc, Client) {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    (shop, stripe, tee, ada)
}

async fn refuse(stripe: &Stripe, times: u32) {
    let message = "Amount must be no more than $999,999.99";
    let refusal = json!({
        "path": "/v1/payment_intents", "method": "POST", "action": "reject", "message": message,
        "code": "amount_too_large", "times": times,
    });
    stripe.order_fault(&refusal).await;
}

#[track_caller]
fn assert_refused(order: &Answer) {
    assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("cancelled"), &json!("canceled")));
    let failure = json!({ "code": "amount_too_large", "message": "Amount must be no more than $999,999.99" });
    assert_eq!((order.at("/payment/failure"), order.at("/payment/client_secret")), (&failure, &Value::Null));
    assert_eq!(order.at("/status_history/1/by"), "system");
}

#[tokio::test]
async fn a_refused_payment_cancels_its_order_with_the_reason() {
    let (shop, stripe, tee, ada) = shop_with_tees().await;
    refuse(&stripe, 1).await;
    let order = buy(&ada, "k1").await.expect(201);
    assert_refused(&order);
    assert_eq!(stock_left(&shop, &tee).await, 5);
    // The same order again, whichever way it is requested.
    let replay = buy(&ada, "k1").await.expect(201);
    assert_eq!((replay.header("idempotent-replayed"), &replay.body), ("true", &order.body));
    let payment = ada.post(&format!("/orders/{}/payment", order.text("/id")), Value::Null).await.expect(200);
    assert_eq!(&payment.body, order.at("/payment"));
    assert!(stripe.intents().await.is_empty());
}

#[tokio::test]
async fn a_payment_refused_when_it_is_requested_again_fails_too() {
    let (shop, stripe, tee, ada) = shop_with_tees().await;
    stripe.order_fault(&json!({ "path": "/v1/payment_intents", "action": "drop_before" })).await;
    let order = buy(&ada, "k1").await.expect(201);
    refuse(&stripe, 1).await;
    let payment = ada.post(&format!("/orders/{}/payment", order.text("/id")), Value::Null).await.expect(200);
    assert_eq!((payment.at("/status"), payment.at("/failure/code")), (&json!("canceled"), &json!("amount_too_large")));
    assert_refused(&ada.get(&format!("/orders/{}", order.text("/id"))).await);
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn maintenance_requests_a_missing_payment_again() {
    for is_refused in [false, true] {
        let (shop, stripe, tee, ada) = shop_with_tees().await;
        stripe.order_fault(&json!({ "path": "/v1/payment_intents", "action": "drop_before" })).await;
        let order = buy(&ada, "k1").await.expect(201);
        if is_refused {
            refuse(&stripe, 1).await;
        }
        let due = doc! { "$set": { "reconcile_at": shop.state().now().minus(Duration::from_mins(1)) } };
        shop.database().collection::<Document>("orders").update_many(doc! {}, due).await.expect("an update");
        ferrocart_maintenance::run(shop.state().clone()).await.expect("a report");
        let order = ada.get(&format!("/orders/{}", order.text("/id"))).await.expect(200);
        if is_refused {
            assert_refused(&order);
        } else {
            assert!(order.at("/payment/client_secret").is_string());
        }
        assert_eq!(stock_left(&shop, &tee).await, if is_refused { 5 } else { 3 });
    }
}

#[tokio::test]
async fn an_order_stays_payable_while_the_key_is_rejected() {
    let (shop, stripe, tee, ada) = shop_with_tees().await;
    stripe.set_restricted_key("rk_test_none", &[]).await;
    // 401: the key is mistyped. 403: it lacks the permission.
    for (number, key) in ["sk_test_mistyped", "rk_test_none"].into_iter().enumerate() {
        let visitor = shop.reopen_with(&[("STRIPE_API_BASE", stripe.base_url()), ("STRIPE_SECRET_KEY", key)]).await;
        let order = buy(&ada.at_shop(&visitor), &format!("k{number}")).await.expect(201);
        assert_eq!((order.at("/status"), order.at("/payment/failure")), (&json!("pending"), &Value::Null), "{key}");
        // With a valid key it can be paid.
        let payment = ada.post(&format!("/orders/{}/payment", order.text("/id")), Value::Null).await.expect(200);
        assert!(payment.at("/client_secret").is_string());
        ada.post("/cart/items", ferrocart_tests::sample::cart_item(&tee, 1)).await.expect(200);
    }
}

#[tokio::test]
async fn a_key_used_with_other_parameters_is_replaced() {
    let (shop, stripe, _, ada) = shop_with_tees().await;
    stripe.order_fault(&json!({ "path": "/v1/payment_intents", "action": "drop_before" })).await;
    let order = buy(&ada, "k1").await.expect(201);
    // Another version of the shop has used the key with other parameters, and the intent is gone.
    let intent = stripe.create_intent_with_key(&order.text("/id"), 100).await;
    stripe.cancel(intent["id"].as_str().expect("an intent")).await;
    let path = format!("/orders/{}/payment", order.text("/id"));
    assert_eq!(ada.post(&path, Value::Null).await.at("/failure"), &Value::Null);
    let payment = ada.post(&path, Value::Null).await.expect(200);
    assert!(payment.at("/client_secret").is_string(), "{:#}", payment.body);
    drop(shop);
}
