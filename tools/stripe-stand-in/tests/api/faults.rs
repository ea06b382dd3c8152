//! Faults: each does what it says, to the calls that it is meant for, so many times.

use crate::support::{Stripe, send};
use reqwest::Method;
use serde_json::json;

const FORM: [(&str, &str); 2] = [("amount", "2000"), ("currency", "usd")];

#[tokio::test]
async fn a_fault_before_the_effect_leaves_nothing_behind() {
    let stripe = Stripe::start().await;
    for (action, status, kind, code) in
        [("error_before", 500, "api_error", None), ("rate_limit", 429, "invalid_request_error", Some("rate_limit"))]
    {
        let fault = json!({ "method": "POST", "path": "/v1/payment_intents", "times": 2, "action": action });
        stripe.order("/_stand-in/faults", fault).await;
        for _ in 0..2 {
            let reply = stripe.post("/v1/payment_intents", &FORM).await;
            assert_eq!(reply.error(), (status, kind, code));
            assert!(reply.header("request-id").is_some());
        }
        assert_eq!(stripe.get("/v1/payment_intents").await.body["data"], json!([]));
    }
    assert_eq!(stripe.post("/v1/payment_intents", &FORM).await.status, 200);
}

#[tokio::test]
async fn an_answer_can_be_lost_before_and_after_the_effect() {
    let stripe = Stripe::start().await;
    for (action, made) in [("drop_before", 0), ("drop_after", 1)] {
        let fault = json!({ "method": "POST", "path": "/v1/payment_intents", "action": action });
        stripe.order("/_stand-in/faults", fault).await;
        let call = stripe.posting("/v1/payment_intents", &FORM).header("Idempotency-Key", "a");
        let lost = call.send().await.unwrap_err();
        assert!(lost.is_request(), "{lost:?}");
        assert_eq!(stripe.get("/v1/payment_intents").await.ids().len(), made);
    }
    let call = stripe.posting("/v1/payment_intents", &FORM).header("Idempotency-Key", "a");
    let again = send(call).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(stripe.get("/v1/payment_intents").await.ids(), [again.id()]);
}

#[tokio::test]
async fn a_call_takes_effect_although_the_client_gave_up() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    let fault = json!({ "method": "POST", "path": "/v1/payment_intents", "delay_before_ms": 1_000 });
    stripe.order("/_stand-in/faults", fault).await;
    let call = tokio::spawn(stripe.posting("/v1/payment_intents", &FORM).send());
    stripe.faults_used().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(shop.next().await.event["type"], "payment_intent.created");
    assert_eq!(stripe.get("/v1/payment_intents").await.ids().len(), 1);
}

#[tokio::test]
async fn a_late_answer_comes_after_the_effect() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    let fault = json!({ "path": "/v1/payment_intents", "delay_after_ms": 60_000 });
    stripe.order("/_stand-in/faults", fault).await;
    let call = tokio::spawn(stripe.posting("/v1/payment_intents", &FORM).send());
    assert_eq!(shop.next().await.event["type"], "payment_intent.created");
    assert!(!call.is_finished());
    assert_eq!(stripe.get("/v1/payment_intents").await.ids().len(), 1);
}

#[tokio::test]
async fn faults_can_be_seen_and_taken_back() {
    let stripe = Stripe::start().await;
    let fault = json!({ "path": "/v1/payment_intents/*", "times": 3, "action": "error_before" });
    let ordered = stripe.order("/_stand-in/faults", fault).await;
    assert_eq!(ordered["data"][0]["times"], 3);
    assert_eq!(stripe.get("/v1/payment_intents/pi_none").await.status, 500);
    assert_eq!(stripe.get("/v1/payment_intents").await.status, 200);
    let left = send(stripe.request(Method::GET, "/_stand-in/faults")).await;
    assert_eq!(left.body["data"][0]["times"], 2);
    send(stripe.request(Method::DELETE, "/_stand-in/faults")).await;
    assert_eq!(stripe.get("/v1/payment_intents/pi_none").await.status, 404);
}

#[tokio::test]
async fn orders_that_make_no_sense_are_refused() {
    let stripe = Stripe::start().await;
    for (path, body) in [
        ("/_stand-in/faults", json!({ "path": "/v1/x", "action": "explode" })),
        ("/_stand-in/faults", json!({ "path": "/v1/x", "tmies": 2 })),
        ("/_stand-in/faults", json!({})),
        ("/_stand-in/disputes", json!({})),
        ("/_stand-in/webhooks/release", json!({ "order": "random" })),
    ] {
        let reply = send(stripe.request(Method::POST, path).json(&body)).await;
        assert_eq!(reply.status, 400, "{path} {body}");
    }
    let reply = send(stripe.request(Method::POST, "/_stand-in/explode")).await;
    assert_eq!(reply.status, 404);
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_endpoint() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    stripe.order("/_stand-in/webhooks/hold", json!({})).await;
    let fault = json!({ "path": "/v1/payment_intents", "action": "error_before" });
    stripe.paid_intent().await;
    stripe.order("/_stand-in/faults", fault).await;
    stripe.order("/_stand-in/reset", json!({})).await;

    assert_eq!(stripe.get("/v1/payment_intents").await.body["data"], json!([]));
    assert_eq!(stripe.settle().await["held"], 0);
    stripe.intent().await;
    stripe.settle().await;
    assert_eq!(shop.types(), ["payment_intent.created"]);
}
