//! Webhooks: what they carry, how they are signed, retried, held, shuffled and repeated.

use crate::support::{Shop, Stripe, send};
use reqwest::Method;
use serde_json::{Value, json};
use stripe_stand_in::sign;

#[tokio::test]
async fn a_webhook_is_the_event_signed_over_its_raw_body() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    let form = [("amount", "2000"), ("currency", "usd")];
    let call = stripe.posting("/v1/payment_intents", &form).header("Idempotency-Key", "a");
    let created = send(call).await;

    let webhook = shop.next().await;
    let signature = webhook.headers["stripe-signature"].to_str().unwrap();
    let (timestamp, _) = signature.strip_prefix("t=").unwrap().split_once(',').unwrap();
    assert_eq!(signature, sign(Shop::SECRET, timestamp.parse().unwrap(), &webhook.raw));
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
    assert!(event["created"].is_i64() && event["api_version"].is_string());
    let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
    assert_eq!(stripe.get(&path).await.body, *event);
}

#[tokio::test]
async fn each_transition_has_its_events_in_order() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    let intent = stripe.intent().await;
    stripe.confirm(&intent, "pm_card_chargeDeclined").await;
    stripe.confirm(&intent, "pm_usBankAccount_processing").await;
    let path = format!("/_stand-in/payment_intents/{intent}/settle");
    stripe.order(&path, json!({ "outcome": "succeeded" })).await;
    stripe.post("/v1/refunds", &[("payment_intent", intent.as_str()), ("amount", "5")]).await;
    let canceled = stripe.intent().await;
    stripe.post(&format!("/v1/payment_intents/{canceled}/cancel"), &[]).await;
    stripe.settle().await;
    assert_eq!(
        shop.types(),
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
async fn what_the_shop_does_not_take_comes_again() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[500, 301]).await;
    stripe.intent().await;
    stripe.settle().await;
    let (first, second, third) = (shop.next().await, shop.next().await, shop.next().await);
    assert_eq!(first.raw, second.raw);
    assert_eq!(first.raw, third.raw);
    let deliveries = send(stripe.request(Method::GET, "/_stand-in/deliveries")).await;
    let delivery = &deliveries.body["data"][0];
    assert_eq!(delivery["state"], "delivered");
    assert_eq!(statuses(delivery), [500, 301, 200]);
}

#[tokio::test]
async fn a_delivery_is_given_up_in_the_end() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[500, 503, 404]).await;
    let intent = stripe.intent().await;
    assert_eq!(stripe.settle().await["failed"], 1);
    assert_eq!(shop.types().len(), 3);

    let path = format!("/_stand-in/deliveries?object_id={intent}&state=failed&wait_ms=5000");
    let failed = send(stripe.request(Method::GET, &path)).await;
    let delivery = &failed.body["data"][0];
    assert_eq!(statuses(delivery), [500, 503, 404]);

    let id = delivery["event_id"].as_str().unwrap();
    stripe.order(&format!("/_stand-in/events/{id}/resend"), json!({})).await;
    stripe.settle().await;
    assert_eq!(shop.event_ids(), [id]);
}

fn statuses(delivery: &Value) -> Vec<i64> {
    let attempts = delivery["attempts"].as_array().unwrap();
    attempts.iter().map(|attempt| attempt["status"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_shop_that_is_away_counts_as_no_answer() {
    let (stripe, shop) = Stripe::start_with_shop(&[]).await;
    drop(shop);
    stripe.intent().await;
    assert_eq!(stripe.settle().await["failed"], 1);
    let deliveries = send(stripe.request(Method::GET, "/_stand-in/deliveries")).await;
    let attempt = &deliveries.body["data"][0]["attempts"][0];
    assert_eq!(attempt, &json!({ "status": null, "error": "no connection" }));
}

#[tokio::test]
async fn held_events_go_out_in_the_order_that_is_asked_for() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    let in_order = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"];
    for (order, expected) in [("given", in_order), ("reversed", [in_order[2], in_order[1], in_order[0]])] {
        stripe.order("/_stand-in/webhooks/hold", json!({})).await;
        stripe.paid_intent().await;
        assert_eq!(stripe.settle().await["held"], 3);
        assert!(shop.types().is_empty());
        let released = stripe.order("/_stand-in/webhooks/release", json!({ "order": order })).await;
        assert_eq!(released["released"], 3);
        stripe.settle().await;
        assert_eq!(shop.types(), expected);
    }
    stripe.order("/_stand-in/webhooks/hold", json!({})).await;
    stripe.paid_intent().await;
    stripe.order("/_stand-in/webhooks/release", json!({ "order": "shuffled" })).await;
    stripe.settle().await;
    let mut types = shop.types();
    types.sort();
    assert_eq!(types, [in_order[1], in_order[0], in_order[2]]);
}

#[tokio::test]
async fn single_events_are_released_while_the_others_stay() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    stripe.order("/_stand-in/webhooks/hold", json!({})).await;
    stripe.paid_intent().await;
    let paid = stripe.get("/v1/events?type=payment_intent.succeeded").await;
    let id = paid.ids()[0];
    stripe.order("/_stand-in/webhooks/release", json!({ "events": [id] })).await;
    assert_eq!(stripe.settle().await["held"], 2);
    assert_eq!(shop.event_ids(), [id]);
    stripe.intent().await;
    assert_eq!(stripe.settle().await["held"], 3);
}

#[tokio::test]
async fn copies_of_an_event_come_at_once() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    stripe.order("/_stand-in/webhooks/behaviour", json!({ "copies": 20 })).await;
    stripe.intent().await;
    stripe.settle().await;
    let ids = shop.event_ids();
    assert_eq!(ids.len(), 20);
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[tokio::test]
async fn events_can_come_late() {
    let (stripe, mut shop) = Stripe::start_with_shop(&[]).await;
    let behaviour = json!({ "delay_ms": 60_000 });
    stripe.order("/_stand-in/webhooks/behaviour", behaviour).await;
    stripe.intent().await;
    let settled = stripe.order("/_stand-in/settle?timeout_ms=50", json!({})).await;
    assert_eq!((&settled["settled"], &settled["pending"]), (&json!(false), &json!(1)));
    assert!(shop.types().is_empty());

    stripe.order("/_stand-in/reset", json!({})).await;
    stripe.order("/_stand-in/webhooks/behaviour", json!({ "delay_ms": 100 })).await;
    stripe.intent().await;
    stripe.settle().await;
    assert_eq!(shop.types(), ["payment_intent.created"]);
}

#[tokio::test]
async fn deliveries_can_be_awaited_before_they_happen() {
    let (stripe, _shop) = Stripe::start_with_shop(&[]).await;
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
async fn the_endpoint_can_be_set_over_http_and_must_be_loopback() {
    let (stripe, mut shop) = (Stripe::start().await, Stripe::start_with_shop(&[]).await.1);
    stripe.intent().await;
    let set = |url: &str| {
        let body = json!({ "url": url, "secret": Shop::SECRET });
        send(stripe.request(Method::PUT, "/_stand-in/webhook").json(&body))
    };
    assert_eq!(set("http://192.0.2.1/").await.status, 400);
    let endpoint = format!("http://127.0.0.1:{}/", shop.port);
    assert_eq!(set(&endpoint).await.status, 200);
    stripe.intent().await;
    stripe.settle().await;
    assert_eq!(shop.types(), ["payment_intent.created"]);
}
