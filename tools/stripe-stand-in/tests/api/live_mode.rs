//! Live mode: its objects, and requests with a key of the other mode.

use crate::support::Stripe;
use reqwest::Method;
use serde_json::json;

const LIVE: &str = "sk_live_local";
const TEST: &str = "sk_test_local";
const REAL_CARD: [(&str, &str); 4] =
    [("type", "card"), ("card[number]", "4111111111111111"), ("card[exp_month]", "12"), ("card[exp_year]", "2040")];

async fn live_intent(stripe: &Stripe) -> String {
    let form = [("amount", "2000"), ("currency", "usd")];
    let created = stripe.with_key(LIVE, Method::POST, "/v1/payment_intents", &form).await;
    assert_eq!(created.body["livemode"], true);
    created.id()
}

#[tokio::test]
async fn live_objects_and_events_are_live() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let intent = live_intent(&stripe).await;
    let method = stripe.with_key("pk_live_local", Method::POST, "/v1/payment_methods", &REAL_CARD).await;
    assert_eq!(method.body["livemode"], true);
    let path = format!("/v1/payment_intents/{intent}/confirm");
    let id = method.id();
    let form = [("payment_method", id.as_str()), ("return_url", "https://shop.example/")];
    let paid = stripe.with_key(LIVE, Method::POST, &path, &form).await;
    assert_eq!((&paid.body["status"], &paid.body["livemode"]), (&json!("succeeded"), &json!(true)));
    let dispute = stripe.control("/_stand-in/disputes", json!({ "payment_intent": intent })).await;
    assert_eq!(dispute["livemode"], true);
    let charges = stripe.with_key(LIVE, Method::GET, "/v1/charges", &[]).await;
    assert_eq!(charges.body["data"][0]["livemode"], true);
    stripe.wait_until_settled().await;
    let events: Vec<_> = std::iter::from_fn(|| receiver.try_next()).collect();
    assert_eq!(events.len(), 5);
    assert!(events.iter().all(|it| it.event["livemode"] == true));
    assert_eq!(stripe.get("/v1/events").await.body["data"], json!([]));
}

#[tokio::test]
async fn a_key_of_the_other_mode_finds_nothing() {
    let stripe = Stripe::start().await;
    let (test, live) = (stripe.intent().await, live_intent(&stripe).await);
    for (key, intent, exists, used) in [(LIVE, &test, "test", "live"), (TEST, &live, "live", "test")] {
        let hint = format!(
            "No such payment_intent: '{intent}'; a similar object exists in {exists} mode, but a {used} mode key was \
             used to make this request."
        );
        let reply = stripe.with_key(key, Method::GET, &format!("/v1/payment_intents/{intent}"), &[]).await;
        assert_eq!(reply.error(), (404, "invalid_request_error", Some("resource_missing")));
        assert_eq!(reply.message(), hint);
        for list in ["refunds", "disputes"] {
            let reply = stripe.with_key(key, Method::GET, &format!("/v1/{list}?payment_intent={intent}"), &[]).await;
            assert_eq!(reply.error(), (400, "invalid_request_error", Some("resource_missing")));
            assert_eq!(reply.message(), hint);
        }
    }
}

#[tokio::test]
async fn test_cards_do_not_pay_in_live_mode_nor_real_ones_in_test_mode() {
    let stripe = Stripe::start().await;
    let intent = live_intent(&stripe).await;
    let path = format!("/v1/payment_intents/{intent}/confirm");
    let form = [("payment_method", "pm_card_visa"), ("return_url", "https://shop.example/")];
    let reply = stripe.with_key(LIVE, Method::POST, &path, &form).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", Some("resource_missing")));

    let mut test_card = REAL_CARD;
    test_card[1].1 = "4242424242424242";
    for (key, card, decline_code) in
        [("pk_live_local", test_card, "live_mode_test_card"), ("pk_test_local", REAL_CARD, "test_mode_live_card")]
    {
        let reply = stripe.with_key(key, Method::POST, "/v1/payment_methods", &card).await;
        assert_eq!(reply.error(), (402, "card_error", Some("card_declined")));
        assert_eq!(reply.body["error"]["decline_code"], decline_code);
    }
}

#[tokio::test]
async fn idempotency_keys_of_the_modes_are_separate() {
    let stripe = Stripe::start().await;
    let form = [("amount", "2000"), ("currency", "usd")];
    let mut ids = Vec::new();
    for key in [TEST, LIVE] {
        let request = stripe.request(Method::POST, "/v1/payment_intents").bearer_auth(key).form(&form);
        ids.push(crate::support::send(request.header("Idempotency-Key", "a")).await.id());
    }
    assert_ne!(ids[0], ids[1]);
}
