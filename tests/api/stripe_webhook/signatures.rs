//! Webhook signatures: only events signed by Stripe are processed.

use super::{event, post};
use crate::orders::buyers::{buy, buyer, count};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use insta::assert_snapshot;
use mongodb::bson::doc;
use stripe_stand_in::sign;

#[tokio::test]
async fn an_event_without_a_valid_signature_stores_nothing() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let order = buy(&buyer(&shop, "ada", &tee, 1).await, "k1").await.expect(201);
    let body = event("evt_1", "payment_intent.succeeded", &order, |_| {}).to_string();
    let now = shop.state().now().as_seconds();
    for (case, signature, body) in [
        ("unsigned", String::new(), body.clone()),
        ("forged", sign("whsec_guessed", now, &body), body.clone()),
        ("tampered", sign("whsec_local", now, &body), body.replace("1999", "1998")),
        ("old", sign("whsec_local", now - 301, &body), body.clone()),
        ("empty", sign("whsec_local", now, "x"), String::new()),
    ] {
        let answer = post(&shop, &signature, body).await.expect(400);
        assert_eq!(answer.at("/code"), "invalid_signature", "{case}");
    }
    assert_eq!(count(&shop, "stripe_events", doc! {}).await, 0);
    assert_eq!(count(&shop, "orders", doc! { "status": "pending" }).await, 1);
    let request = axum::http::Request::post("/api/v1/webhooks/stripe").body(body.into()).expect("a request");
    assert_snapshot!(shop.visitor().send_raw(request).await.shown());
}

#[tokio::test]
async fn one_valid_signature_suffices_while_the_secret_is_rotated() {
    let shop = TestShop::open_with(&[("STRIPE_WEBHOOK_SECRET", "whsec_new,whsec_old")]).await;
    let body = r#"{"id":"evt_1","type":"customer.created","data":{"object":{}}}"#;
    let now = shop.state().now().as_seconds();
    let wrong = "0".repeat(64);
    for secret in ["whsec_new", "whsec_old"] {
        let signature = format!("{},v1={wrong}", sign(secret, now, body));
        post(&shop, &signature, body.to_owned()).await.expect(200);
    }
    post(&shop, &sign("whsec_local", now, body), body.to_owned()).await.expect(400);
}

#[tokio::test]
async fn a_signed_body_that_is_not_an_event_is_rejected() {
    let shop = TestShop::open().await;
    let now = shop.state().now().as_seconds();
    for body in ["", "[]", "{}", "{\"id\":1}", "null"] {
        let answer = post(&shop, &sign("whsec_local", now, body), body.to_owned()).await.expect(400);
        assert_eq!(answer.at("/code"), "malformed_request", "{body}");
    }
}

#[tokio::test]
async fn a_header_with_2000_signatures_costs_one_hmac() {
    let shop = TestShop::open().await;
    let body =
        format!(r#"{{"id":"evt_1","type":"customer.created","data":{{"object":{{}}}},"x":"{}"}}"#, "x".repeat(255_000));
    let now = shop.state().now().as_seconds();
    let valid = sign("whsec_local", now, &body);
    let further = format!(",v1={}", "0".repeat(64)).repeat(2000);
    post(&shop, &format!("{valid}{further}"), body.clone()).await.expect(200);
    let (time, signature) = valid.split_once(',').expect("a signature");
    post(&shop, &format!("{time}{further},{signature}"), body).await.expect(400);
}

#[tokio::test]
async fn the_size_is_checked_before_the_signature() {
    let shop = TestShop::open().await;
    let body = "x".repeat(256 * 1024 + 1);
    let signature = sign("whsec_local", shop.state().now().as_seconds(), &body);
    for header in ["", "t=1,v1=00", &signature] {
        let rejected = post(&shop, header, body.clone()).await.expect(413);
        assert_eq!(rejected.at("/code"), "payload_too_large");
    }
}
