//! Webhooks: payload, signature, retries, and the faults that the control API injects.

use crate::support::{Stripe, WebhookReceiver, send};
use reqwest::Method;
use serde_json::{Value, json};
use stripe_stand_in::sign;

#[tokio::test]
async fn a_webhook_is_the_event_with_a_signature_of_its_raw_body() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let form = [("amount", "2000"), ("currency", "usd")];
    let request = stripe.post_request("/v1/payment_intents", &form).header("Idempotency-Key", "a");
    let created = send(request).await;

    let webhook = receiver.next().await;
    let signature = webhook.headers["stripe-signature"].to_str().unwrap();
    let (timestamp, _) = signature.strip_prefix("t=").unwrap().split_once(',').unwrap();
    assert_eq!(signature, sign(WebhookReceiver::SECRET, timestamp.parse().unwrap(), &webhook.raw));
    assert_eq!(webhook.headers["content-type"], "application/json; charset=utf-8");

    let event = &webhook.event;
    assert!(event["id"].as_str().unwrap().starts_with("evt_"));
    for (field, value) in [
        ("object", json!("event")),
        ("type", json!("payment_intent.created")),
        ("livemode", json!(false)),
        ("pending_webhooks", json!(1)),
        ("data", json!({ "object": created.body })),
        ("request", json!({ "id": created.header("request-id"), "idempotency_key": "a" })),
    ] {
        assert_eq!(event[field], value, "{field}");
    }
    assert!(event["created"].is_i64() && event["api_version"] == "2025-09-30.clover");
    let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
    assert_eq!(stripe.get(&path).await.body, *event);
}

#[tokio::test]
async fn each_transition_sends_its_events_in_order() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let intent = stripe.intent().await;
    stripe.confirm(&intent, "pm_card_chargeDeclined").await;
    stripe.confirm(&intent, "pm_usBankAccount_processing").await;
    let path = format!("/_stand-in/payment_intents/{intent}/settle");
    stripe.control(&path, json!({ "outcome": "succeeded" })).await;
    stripe.post("/v1/refunds", &[("payment_intent", intent.as_str()), ("amount", "5")]).await;
    let canceled = stripe.intent().await;
    stripe.post(&format!("/v1/payment_intents/{canceled}/cancel"), &[]).await;
    stripe.wait_until_settled().await;
    assert_eq!(
        receiver.types(),
        [
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed",
            "charge.pending",
            "payment_intent.processing",
            "charge.succeeded",
            "payment_intent.succeeded",
            "refund.created",
            "charge.refunded",
            "payment_intent.created",
            "payment_intent.canceled",
        ]
    );
    let refunded = stripe.get("/v1/events?type=charge.refunded").await;
    let data = &refunded.body["data"][0]["data"];
    assert_eq!(data["object"]["amount_refunded"], 5);
    assert_eq!(data["previous_attributes"]["amount_refunded"], 0);
}

#[tokio::test]
async fn a_failed_delivery_is_retried() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[500, 301]).await;
    stripe.intent().await;
    stripe.wait_until_settled().await;
    let (first, second, third) = (receiver.next().await, receiver.next().await, receiver.next().await);
    assert_eq!(first.raw, second.raw);
    assert_eq!(first.raw, third.raw);
    let deliveries = send(stripe.request(Method::GET, "/_stand-in/deliveries")).await;
    let delivery = &deliveries.body["data"][0];
    assert_eq!(delivery["state"], "delivered");
    assert_eq!(statuses(delivery), [500, 301, 200]);
}

#[tokio::test]
async fn a_delivery_fails_after_the_last_retry() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[500, 503, 404]).await;
    let intent = stripe.intent().await;
    assert_eq!(stripe.wait_until_settled().await["failed"], 1);
    assert_eq!(receiver.types().len(), 3);

    let path = format!("/_stand-in/deliveries?object_id={intent}&state=failed&wait_ms=5000");
    let failed = send(stripe.request(Method::GET, &path)).await;
    let delivery = &failed.body["data"][0];
    assert_eq!(statuses(delivery), [500, 503, 404]);

    let id = delivery["event_id"].as_str().unwrap();
    stripe.control(&format!("/_stand-in/events/{id}/resend"), json!({})).await;
    stripe.wait_until_settled().await;
    assert_eq!(receiver.event_ids(), [id]);
}

fn statuses(delivery: &Value) -> Vec<i64> {
    let attempts = delivery["attempts"].as_array().unwrap();
    attempts.iter().map(|attempt| attempt["status"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_failed_connection_is_recorded_as_an_attempt() {
    let (stripe, receiver) = Stripe::start_with_receiver(&[]).await;
    drop(receiver);
    stripe.intent().await;
    assert_eq!(stripe.wait_until_settled().await["failed"], 1);
    let deliveries = send(stripe.request(Method::GET, "/_stand-in/deliveries")).await;
    let attempt = &deliveries.body["data"][0]["attempts"][0];
    assert_eq!(attempt, &json!({ "status": null, "error": "no connection" }));
}

#[tokio::test]
async fn held_events_are_released_in_the_requested_order() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let in_order = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"];
    for (order, expected) in [("given", in_order), ("reversed", [in_order[2], in_order[1], in_order[0]])] {
        stripe.control("/_stand-in/webhooks/hold", json!({})).await;
        stripe.paid_intent().await;
        assert_eq!(stripe.wait_until_settled().await["held"], 3);
        assert!(receiver.types().is_empty());
        let released = stripe.control("/_stand-in/webhooks/release", json!({ "order": order })).await;
        assert_eq!(released["released"], 3);
        stripe.wait_until_settled().await;
        assert_eq!(receiver.types(), expected);
    }
    stripe.control("/_stand-in/webhooks/hold", json!({})).await;
    stripe.paid_intent().await;
    stripe.control("/_stand-in/webhooks/release", json!({ "order": "shuffled" })).await;
    stripe.wait_until_settled().await;
    let mut types = receiver.types();
    types.sort();
    assert_eq!(types, [in_order[1], in_order[0], in_order[2]]);
}

#[tokio::test]
async fn single_events_are_released_while_the_others_stay_held() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    stripe.control("/_stand-in/webhooks/hold", json!({})).await;
    stripe.paid_intent().await;
    let paid = stripe.get("/v1/events?type=payment_intent.succeeded").await;
    let id = paid.ids()[0];
    stripe.control("/_stand-in/webhooks/release", json!({ "events": [id] })).await;
    assert_eq!(stripe.wait_until_settled().await["held"], 2);
    assert_eq!(receiver.event_ids(), [id]);
    stripe.intent().await;
    assert_eq!(stripe.wait_until_settled().await["held"], 3);
}

#[tokio::test]
async fn events_can_be_duplicated() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    stripe.control("/_stand-in/webhooks/behaviour", json!({ "copies": 20 })).await;
    stripe.intent().await;
    stripe.wait_until_settled().await;
    let ids = receiver.event_ids();
    assert_eq!(ids.len(), 20);
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[tokio::test]
async fn events_can_be_delayed() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let behaviour = json!({ "delay_ms": 60_000 });
    stripe.control("/_stand-in/webhooks/behaviour", behaviour).await;
    stripe.intent().await;
    let settled = stripe.control("/_stand-in/settle?timeout_ms=50", json!({})).await;
    assert_eq!((&settled["settled"], &settled["pending"]), (&json!(false), &json!(1)));
    assert!(receiver.types().is_empty());

    stripe.control("/_stand-in/reset", json!({})).await;
    stripe.control("/_stand-in/webhooks/behaviour", json!({ "delay_ms": 100 })).await;
    stripe.intent().await;
    stripe.wait_until_settled().await;
    assert_eq!(receiver.types(), ["payment_intent.created"]);
}

#[tokio::test]
async fn listing_deliveries_can_wait_for_them() {
    let (stripe, _receiver) = Stripe::start_with_receiver(&[]).await;
    let path = "/_stand-in/deliveries?event_type=payment_intent.succeeded&state=delivered\
                &at_least=2&wait_ms=20000";
    let pay_twice = async {
        stripe.paid_intent().await;
        stripe.paid_intent().await;
    };
    let (waited, ()) = tokio::join!(send(stripe.request(Method::GET, path)), pay_twice);
    assert_eq!(waited.body["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_endpoint_can_be_set_and_must_be_loopback() {
    let (stripe, mut receiver) = (Stripe::start().await, Stripe::start_with_receiver(&[]).await.1);
    stripe.intent().await;
    let set = |url: &str| {
        let body = json!({ "url": url, "secret": WebhookReceiver::SECRET });
        send(stripe.request(Method::PUT, "/_stand-in/webhook").json(&body))
    };
    assert_eq!(set("http://192.0.2.1/").await.status, 400);
    let endpoint = format!("http://127.0.0.1:{}/", receiver.port);
    assert_eq!(set(&endpoint).await.status, 200);
    stripe.intent().await;
    stripe.wait_until_settled().await;
    assert_eq!(receiver.types(), ["payment_intent.created"]);
}
