//! The clock: bank debits that are decided days later, and what becomes too old.

use crate::support::{Stripe, send};
use reqwest::Method;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60;

async fn advance(stripe: &Stripe, seconds: i64) -> i64 {
    stripe.control("/_stand-in/clock/advance", json!({ "seconds": seconds })).await["now"].as_i64().unwrap()
}

#[tokio::test]
async fn a_bank_debit_is_decided_after_four_days() {
    for (account, status, failure) in [
        ("success", "succeeded", Value::Null),
        ("insufficientFunds", "requires_payment_method", json!("insufficient_funds")),
        ("accountClosed", "requires_payment_method", json!("account_closed")),
        ("noAccount", "requires_payment_method", json!("no_account")),
        ("debitNotAuthorized", "requires_payment_method", json!("debit_not_authorized")),
        ("weeklyLimitExceeded", "requires_payment_method", json!("charge_exceeds_weekly_limit")),
    ] {
        let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
        let intent = stripe.intent().await;
        let path = format!("/v1/payment_intents/{intent}");
        let confirmed = stripe.confirm(&intent, &format!("pm_usBankAccount_{account}")).await;
        assert_eq!(confirmed.body["status"], "processing", "{account}");
        let started = advance(&stripe, 4 * DAY - 60).await;
        assert_eq!(stripe.get(&path).await.body["status"], "processing", "{account}");
        stripe.wait_until_settled().await;
        receiver.types();

        let now = advance(&stripe, DAY).await;
        let decided = stripe.get(&path).await.body;
        assert_eq!((&decided["status"], &decided["last_payment_error"]["code"]), (&json!(status), &failure));
        let charge = stripe.get(&format!("/v1/charges/{}", decided["latest_charge"].as_str().unwrap())).await.body;
        assert_eq!(charge["failure_code"], failure, "{account}");
        stripe.wait_until_settled().await;
        let event = receiver.next().await.event;
        assert_eq!(event["type"], if failure.is_null() { "charge.succeeded" } else { "charge.failed" });
        // The event has the time of the decision, not of the request that advanced the clock.
        assert!((started..now - DAY + 120).contains(&event["created"].as_i64().unwrap()), "{event}");
    }
}

#[tokio::test]
async fn a_debit_that_is_disputed_succeeds_first() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    stripe.confirm(&intent, "pm_usBankAccount_dispute").await;
    advance(&stripe, 5 * DAY).await;
    assert_eq!(stripe.get(&format!("/v1/payment_intents/{intent}")).await.body["status"], "succeeded");
    assert_eq!(stripe.get(&format!("/v1/disputes?payment_intent={intent}")).await.ids().len(), 1);
}

#[tokio::test]
async fn an_undecided_debit_and_a_decided_one_ignore_the_clock() {
    let stripe = Stripe::start().await;
    let (undecided, decided) = (stripe.intent().await, stripe.intent().await);
    stripe.confirm(&undecided, "pm_usBankAccount_processing").await;
    stripe.confirm(&decided, "pm_usBankAccount_success").await;
    let settle = format!("/_stand-in/payment_intents/{decided}/settle");
    stripe.control(&settle, json!({ "outcome": "failed" })).await;
    // A second debit has a decision of its own.
    stripe.confirm(&decided, "pm_usBankAccount_processing").await;
    advance(&stripe, 30 * DAY).await;
    let status = async |intent: &str| stripe.get(&format!("/v1/payment_intents/{intent}")).await.body["status"].clone();
    assert_eq!(status(&undecided).await, "processing");
    assert_eq!(status(&decided).await, "processing");
}

#[tokio::test]
async fn objects_have_the_time_of_the_clock() {
    let stripe = Stripe::start().await;
    let before = stripe.post("/v1/payment_intents", &[("amount", "2000"), ("currency", "usd")]).await;
    let now = advance(&stripe, DAY).await;
    assert!(now >= before.body["created"].as_i64().unwrap() + DAY);
    let intent = stripe.paid_intent().await;
    let intent = stripe.get(&format!("/v1/payment_intents/{intent}")).await.body;
    assert!(intent["created"].as_i64().unwrap() >= now);
    let back = stripe.request(Method::POST, "/_stand-in/clock/advance").json(&json!({ "seconds": -1 }));
    assert_eq!(send(back).await.status, 400);
}

#[tokio::test]
async fn an_idempotency_key_is_forgotten_after_a_day() {
    let stripe = Stripe::start().await;
    let form = [("amount", "2000"), ("currency", "usd")];
    let post = || send(stripe.post_request("/v1/payment_intents", &form).header("Idempotency-Key", "a"));
    let first = post().await.id();
    advance(&stripe, DAY - 60).await;
    assert_eq!(post().await.id(), first);
    advance(&stripe, 60).await;
    assert_ne!(post().await.id(), first);
}
