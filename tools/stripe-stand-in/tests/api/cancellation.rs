//! Cancelled payment intents, and those that cannot be cancelled.

use crate::support::{Stripe, send};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_processing_payment_is_cancelled_only_if_configured() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    let charge = stripe.confirm(&intent, "pm_usBankAccount_processing").await.body["latest_charge"].clone();
    let path = format!("/v1/payment_intents/{intent}/cancel");
    let reply = stripe.post(&path, &[]).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", Some("payment_intent_unexpected_state")));
    assert!(reply.message().contains("it has a status of processing"), "{}", reply.message());
    assert_eq!(reply.body["error"]["payment_intent"]["status"], "processing");

    stripe.control("/_stand-in/behaviour", json!({ "cancel_processing": true })).await;
    assert_eq!(stripe.post(&path, &[]).await.body["status"], "canceled");
    let charge = stripe.get(&format!("/v1/charges/{}", charge.as_str().unwrap())).await;
    assert_eq!(charge.body["status"], "failed");
    let settle = stripe.request(Method::POST, &format!("/_stand-in/payment_intents/{intent}/settle"));
    assert_eq!(send(settle.json(&json!({ "outcome": "succeeded" }))).await.status, 400);

    stripe.control("/_stand-in/behaviour", json!({})).await;
    let intent = stripe.intent().await;
    stripe.confirm(&intent, "pm_usBankAccount_processing").await;
    assert_eq!(stripe.post(&format!("/v1/payment_intents/{intent}/cancel"), &[]).await.status, 400);
}

#[tokio::test]
async fn a_canceled_intent_stays_canceled() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    let path = format!("/v1/payment_intents/{intent}/cancel");
    let reply = stripe.post(&path, &[("cancellation_reason", "boredom")]).await;
    assert_eq!(reply.status, 400);
    let canceled = stripe.post(&path, &[("cancellation_reason", "abandoned")]).await;
    assert_eq!(canceled.body["status"], "canceled");
    assert_eq!(canceled.body["cancellation_reason"], "abandoned");
    assert!(canceled.body["canceled_at"].is_i64());

    let unexpected = (400, "invalid_request_error", Some("payment_intent_unexpected_state"));
    assert_eq!(stripe.post(&path, &[]).await.error(), unexpected);
    assert_eq!(stripe.confirm(&intent, "pm_card_visa").await.error(), unexpected);
    let path = format!("/v1/payment_intents/{intent}");
    assert_eq!(stripe.get(&path).await.body, canceled.body);
}
