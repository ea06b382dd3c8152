//! Fault injection: the effect of each action, on matching requests, a limited number of times.

use crate::support::{Stripe, send};
use reqwest::Method;
use serde_json::json;

const FORM: [(&str, &str); 2] = [("amount", "2000"), ("currency", "usd")];

#[tokio::test]
async fn errors_before_the_effect_change_nothing() {
    let stripe = Stripe::start().await;
    for (action, status, kind, code) in
        [("error_before", 500, "api_error", None), ("rate_limit", 429, "invalid_request_error", Some("rate_limit"))]
    {
        let fault = json!({ "method": "POST", "path": "/v1/payment_intents", "times": 2, "action": action });
        stripe.control("/_stand-in/faults", fault).await;
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
async fn a_rejection_has_the_configured_code_and_message() {
    let stripe = Stripe::start().await;
    let (code, message) = ("account_invalid", "Your account cannot make charges.");
    let path = "/v1/payment_intents";
    let fault = json!({ "method": "POST", "path": path, "action": "reject", "code": code, "message": message });
    stripe.control("/_stand-in/faults", fault).await;
    let post = || send(stripe.post_request(path, &FORM).header("Idempotency-Key", "a"));
    for replayed in [None, Some("true")] {
        let reply = post().await;
        assert_eq!(reply.error(), (400, "invalid_request_error", Some(code)));
        assert_eq!((reply.message(), reply.header("idempotent-replayed")), (message, replayed));
    }
    assert_eq!(stripe.get(path).await.body["data"], json!([]));
    let fault = json!({ "method": "POST", "path": path, "action": "reject", "message": message });
    stripe.control("/_stand-in/faults", fault).await;
    assert_eq!(stripe.post(path, &FORM).await.error(), (400, "invalid_request_error", None));
    assert_eq!(stripe.post(path, &FORM).await.status, 200);
}

#[tokio::test]
async fn connections_close_before_or_after_the_effect() {
    let stripe = Stripe::start().await;
    for (action, created) in [("drop_before", 0), ("drop_after", 1)] {
        let fault = json!({ "method": "POST", "path": "/v1/payment_intents", "action": action });
        stripe.control("/_stand-in/faults", fault).await;
        let request = stripe.post_request("/v1/payment_intents", &FORM).header("Idempotency-Key", "a");
        let lost = request.send().await.unwrap_err();
        assert!(lost.is_request(), "{lost:?}");
        assert_eq!(stripe.get("/v1/payment_intents").await.ids().len(), created);
    }
    let request = stripe.post_request("/v1/payment_intents", &FORM).header("Idempotency-Key", "a");
    let replay = send(request).await;
    assert_eq!((replay.status, replay.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(stripe.get("/v1/payment_intents").await.ids(), [replay.id()]);
}

#[tokio::test]
async fn a_request_takes_effect_after_the_client_disconnects() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let fault = json!({ "method": "POST", "path": "/v1/payment_intents", "delay_before_ms": 1_000 });
    stripe.control("/_stand-in/faults", fault).await;
    let request = tokio::spawn(stripe.post_request("/v1/payment_intents", &FORM).send());
    stripe.wait_until_faults_applied().await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    assert_eq!(receiver.next().await.event["type"], "payment_intent.created");
    assert_eq!(stripe.get("/v1/payment_intents").await.ids().len(), 1);
}

#[tokio::test]
async fn a_delay_after_the_effect_delays_only_the_response() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let fault = json!({ "path": "/v1/payment_intents", "delay_after_ms": 60_000 });
    stripe.control("/_stand-in/faults", fault).await;
    let request = tokio::spawn(stripe.post_request("/v1/payment_intents", &FORM).send());
    assert_eq!(receiver.next().await.event["type"], "payment_intent.created");
    assert!(!request.is_finished());
    assert_eq!(stripe.get("/v1/payment_intents").await.ids().len(), 1);
}

#[tokio::test]
async fn faults_can_be_listed_and_deleted() {
    let stripe = Stripe::start().await;
    let fault = json!({ "path": "/v1/payment_intents/*", "times": 3, "action": "error_before" });
    let added = stripe.control("/_stand-in/faults", fault).await;
    assert_eq!(added["data"][0]["times"], 3);
    assert_eq!(stripe.get("/v1/payment_intents/pi_none").await.status, 500);
    assert_eq!(stripe.get("/v1/payment_intents").await.status, 200);
    let remaining = send(stripe.request(Method::GET, "/_stand-in/faults")).await;
    assert_eq!(remaining.body["data"][0]["times"], 2);
    send(stripe.request(Method::DELETE, "/_stand-in/faults")).await;
    assert_eq!(stripe.get("/v1/payment_intents/pi_none").await.status, 404);
}

#[tokio::test]
async fn invalid_control_requests_are_rejected() {
    let stripe = Stripe::start().await;
    for (path, body) in [
        ("/_stand-in/faults", json!({ "path": "/v1/x", "action": "explode" })),
        ("/_stand-in/faults", json!({ "path": "/v1/x", "tmies": 2 })),
        ("/_stand-in/faults", json!({})),
        ("/_stand-in/faults", json!({ "path": "/v1/x", "action": "reject" })),
        ("/_stand-in/faults", json!({ "path": "/v1/x", "action": "rate_limit", "message": "x" })),
        ("/_stand-in/faults", json!({ "path": "/v1/x", "code": "x" })),
        ("/_stand-in/behaviour", json!({ "refund_status": "failed" })),
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
async fn a_reset_deletes_everything_except_the_endpoint() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    stripe.control("/_stand-in/webhooks/hold", json!({})).await;
    let fault = json!({ "path": "/v1/payment_intents", "action": "error_before" });
    stripe.paid_intent().await;
    stripe.control("/_stand-in/faults", fault).await;
    stripe.control("/_stand-in/reset", json!({})).await;

    assert_eq!(stripe.get("/v1/payment_intents").await.body["data"], json!([]));
    assert_eq!(stripe.wait_until_settled().await["held"], 0);
    stripe.intent().await;
    stripe.wait_until_settled().await;
    assert_eq!(receiver.types(), ["payment_intent.created"]);
}
