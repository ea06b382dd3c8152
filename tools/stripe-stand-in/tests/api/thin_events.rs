//! Thin events: their form, and what an endpoint receives that is configured for them.

use crate::support::{Stripe, WebhookReceiver, send};
use reqwest::Method;
use serde_json::{Value, json};

async fn start() -> (Stripe, WebhookReceiver) {
    let (stripe, receiver) = Stripe::start_with_receiver(&[]).await;
    let url = format!("http://127.0.0.1:{}/", receiver.port);
    let body = json!({ "url": url, "secret": WebhookReceiver::SECRET, "payload": "thin" });
    assert_eq!(send(stripe.request(Method::PUT, "/_stand-in/webhook").json(&body)).await.status, 200);
    (stripe, receiver)
}

#[tokio::test]
async fn a_thin_event_names_the_object_that_has_changed() {
    let (stripe, mut receiver) = start().await;
    let form = [("amount", "2000"), ("currency", "usd")];
    let created = send(stripe.post_request("/v1/payment_intents", &form).header("Idempotency-Key", "a")).await;
    let event = receiver.next().await.event;
    let snapshot = stripe.get("/v1/events").await.body["data"][0]["id"].clone();
    for (field, value) in [
        ("object", json!("v2.core.event")),
        ("type", json!("v1.payment_intent.created")),
        ("livemode", json!(false)),
        ("snapshot_event", snapshot),
        ("context", Value::Null),
        (
            "related_object",
            json!({
                "id": created.id(),
                "type": "payment_intent",
                "url": format!("/v1/payment_intents/{}", created.id()),
            }),
        ),
        (
            "reason",
            json!({
                "type": "request",
                "request": { "id": created.header("request-id"), "idempotency_key": "a" },
            }),
        ),
    ] {
        assert_eq!(event[field], value, "{field}");
    }
    let time = event["created"].as_str().unwrap();
    assert!(time.ends_with(".000Z") && time.contains('T'), "{time}");
    assert!(event.get("data").is_none());
    let path = format!("/v2/core/events/{}", event["id"].as_str().unwrap());
    assert_eq!(stripe.get(&path).await.body, event);
    assert_eq!(stripe.get("/v2/core/events/evt_none").await.status, 404);
}

#[tokio::test]
async fn an_event_of_the_bank_has_no_reason() {
    let (stripe, mut receiver) = start().await;
    let intent = stripe.paid_intent().await;
    stripe.control("/_stand-in/disputes", json!({ "payment_intent": intent })).await;
    stripe.wait_until_settled().await;
    let dispute = std::iter::from_fn(|| receiver.try_next()).find(|it| it.event["type"] == "v1.charge.dispute.created");
    let event = dispute.unwrap().event;
    assert_eq!(event["reason"], Value::Null);
    assert!(event["related_object"]["url"].as_str().unwrap().starts_with("/v1/disputes/du_"));
}
