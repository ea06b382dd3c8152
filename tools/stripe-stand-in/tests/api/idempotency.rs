//! Idempotency keys: replays, conflicts and keys that are not stored.

use crate::support::{Reply, Stripe, confirmation, send};
use serde_json::json;

const FORM: [(&str, &str); 2] = [("amount", "2000"), ("currency", "usd")];

async fn post_with_key(stripe: &Stripe, key: &str, path: &str, form: &[(&str, &str)]) -> Reply {
    send(stripe.post_request(path, form).header("Idempotency-Key", key)).await
}

#[tokio::test]
async fn a_repeated_request_takes_effect_once() {
    let stripe = Stripe::start().await;
    let first = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await;
    assert_eq!(first.header("idempotency-key"), Some("a"));
    assert_eq!(first.header("idempotent-replayed"), None);
    let reordered = [FORM[1], FORM[0]];
    let second = post_with_key(&stripe, "a", "/v1/payment_intents", &reordered).await;
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(second.header("original-request"), first.header("request-id"));
    assert_ne!(second.header("request-id"), first.header("request-id"));
    assert_eq!((second.status, &second.text), (first.status, &first.text));
    assert_eq!(stripe.get("/v1/payment_intents").await.ids().len(), 1);
    assert_eq!(stripe.get("/v1/events").await.ids().len(), 1);

    let other = post_with_key(&stripe, "b", "/v1/payment_intents", &FORM).await;
    assert_ne!(other.id(), first.id());
}

#[tokio::test]
async fn a_replay_returns_the_first_response_unchanged() {
    let stripe = Stripe::start().await;
    let first = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await;
    stripe.post(&format!("/v1/payment_intents/{}/cancel", first.id()), &[]).await;
    let replay = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await;
    assert_eq!(replay.text, first.text);
    assert_eq!(replay.body["status"], "requires_payment_method");
}

#[tokio::test]
async fn a_decline_is_replayed() {
    let stripe = Stripe::start().await;
    let path = format!("/v1/payment_intents/{}/confirm", stripe.intent().await);
    let form = confirmation("pm_card_chargeDeclined");
    let first = post_with_key(&stripe, "a", &path, &form).await;
    let second = post_with_key(&stripe, "a", &path, &form).await;
    assert_eq!(first.status, 402);
    assert_eq!((second.status, second.text), (first.status, first.text));
    assert_eq!(stripe.get("/v1/charges").await.ids().len(), 1);
}

#[tokio::test]
async fn a_key_cannot_be_used_for_another_request() {
    let stripe = Stripe::start().await;
    let intent = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await.id();
    let form = [("amount", "2001"), ("currency", "usd")];
    let reply = post_with_key(&stripe, "a", "/v1/payment_intents", &form).await;
    assert_eq!(reply.error(), (400, "idempotency_error", None));
    assert_eq!(
        reply.message(),
        "Keys for idempotent requests can only be used with the same parameters they were first \
         used with. Try using a key other than 'a' if you meant to execute a different request."
    );
    let path = format!("/v1/payment_intents/{intent}/cancel");
    let reply = post_with_key(&stripe, "a", &path, &[]).await;
    assert_eq!(reply.error(), (400, "idempotency_error", None));
    assert!(reply.message().contains(&format!("('{path}' vs '/v1/payment_intents')")));
    let intent = stripe.get(&format!("/v1/payment_intents/{intent}")).await;
    assert_eq!(intent.body["status"], "requires_payment_method");
}

#[tokio::test]
async fn a_rejected_request_leaves_its_key_unused() {
    let stripe = Stripe::start().await;
    let rejected = post_with_key(&stripe, "a", "/v1/payment_intents", &[("amount", "1")]).await;
    assert_eq!(rejected.status, 400);
    for action in ["rate_limit", "error_before"] {
        stripe.control("/_stand-in/faults", json!({ "path": "/v1/payment_intents", "action": action })).await;
        let status = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await.status;
        assert!([429, 500].contains(&status));
    }
    let created = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await;
    assert_eq!((created.status, created.header("idempotent-replayed")), (200, None));
}

#[tokio::test]
async fn a_500_after_the_effect_is_replayed() {
    let stripe = Stripe::start().await;
    let fault = json!({ "path": "/v1/payment_intents", "method": "POST", "action": "error_after" });
    stripe.control("/_stand-in/faults", fault).await;
    let first = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await;
    assert_eq!(first.error(), (500, "api_error", None));
    assert_eq!(first.header("stripe-should-retry"), Some("false"));
    let replay = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await;
    assert_eq!((replay.status, &replay.text), (500, &first.text));
    assert_eq!(replay.header("idempotent-replayed"), Some("true"));
    assert_eq!(stripe.get("/v1/payment_intents").await.ids().len(), 1);
}

#[tokio::test]
async fn a_key_in_progress_is_a_409() {
    let stripe = Stripe::start().await;
    let fault = json!({ "path": "/v1/payment_intents", "method": "POST", "delay_before_ms": 1_000 });
    stripe.control("/_stand-in/faults", fault).await;
    let first = stripe.post_request("/v1/payment_intents", &FORM).header("Idempotency-Key", "a");
    let first = tokio::spawn(send(first));
    stripe.wait_until_faults_applied().await;
    let rejected = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await;
    assert_eq!(rejected.error(), (409, "idempotency_error", Some("idempotency_key_in_use")));
    assert_eq!(rejected.header("stripe-should-retry"), Some("true"));

    let created = first.await.unwrap();
    assert_eq!(created.status, 200);
    let replay = post_with_key(&stripe, "a", "/v1/payment_intents", &FORM).await;
    assert_eq!(replay.text, created.text);
}

#[tokio::test]
async fn a_key_has_at_most_255_characters() {
    let stripe = Stripe::start().await;
    let reply = post_with_key(&stripe, &"k".repeat(256), "/v1/payment_intents", &FORM).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", None));
    let reply = post_with_key(&stripe, &"k".repeat(255), "/v1/payment_intents", &FORM).await;
    assert_eq!(reply.status, 200);
}
