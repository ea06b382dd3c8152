//! Cards whose buyers have to authenticate.

use crate::support::{Stripe, send};
use reqwest::Method;
use serde_json::{Value, json};

async fn authenticate(stripe: &Stripe, intent: &str, outcome: &str) -> Value {
    let path = format!("/_stand-in/payment_intents/{intent}/authenticate");
    stripe.control(&path, json!({ "outcome": outcome })).await
}

#[tokio::test]
async fn a_card_that_requires_authentication_pays_after_it() {
    for card in ["authenticationRequired", "threeDSecure2Required", "threeDSecureRequired"] {
        let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
        let intent = stripe.intent().await;
        let waiting = stripe.confirm(&intent, &format!("pm_card_{card}")).await;
        assert_eq!((waiting.status, &waiting.body["status"]), (200, &json!("requires_action")));
        assert_eq!(waiting.body["amount_received"], 0);
        assert_eq!(waiting.body["next_action"]["type"], "redirect_to_url");
        assert_eq!(waiting.body["next_action"]["redirect_to_url"]["return_url"], "https://shop.example/return");
        assert_eq!(stripe.get("/v1/charges").await.body["data"], json!([]));

        let paid = authenticate(&stripe, &intent, "succeeded").await;
        assert_eq!((&paid["status"], &paid["next_action"]), (&json!("succeeded"), &Value::Null));
        stripe.wait_until_settled().await;
        assert_eq!(
            receiver.types(),
            [
                "payment_intent.created",
                "payment_intent.requires_action",
                "charge.succeeded",
                "payment_intent.succeeded",
            ]
        );
    }
}

#[tokio::test]
async fn a_failed_authentication_leaves_no_charge_and_another_card_can_pay() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let intent = stripe.intent().await;
    stripe.confirm(&intent, "pm_card_authenticationRequired").await;
    let failed = authenticate(&stripe, &intent, "failed").await;
    assert_eq!(failed["status"], "requires_payment_method");
    assert_eq!(failed["last_payment_error"]["code"], "payment_intent_authentication_failure");
    assert_eq!((&failed["payment_method"], &failed["latest_charge"]), (&Value::Null, &Value::Null));
    stripe.wait_until_settled().await;
    assert_eq!(receiver.types().last().unwrap(), "payment_intent.payment_failed");
    let path = format!("/_stand-in/payment_intents/{intent}/authenticate");
    let again = stripe.request(Method::POST, &path).json(&json!({ "outcome": "succeeded" }));
    assert_eq!(send(again).await.status, 400);
    assert_eq!(stripe.confirm(&intent, "pm_card_visa").await.body["status"], "succeeded");
}

#[tokio::test]
async fn the_bank_can_decline_after_the_authentication() {
    let stripe = Stripe::start().await;
    for (card, decline_code) in [
        ("authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("threeDSecureRequiredChargeDeclined", "generic_decline"),
        ("threeDSecureRequiredProcessingError", "processing_error"),
    ] {
        let intent = stripe.intent().await;
        stripe.confirm(&intent, &format!("pm_card_{card}")).await;
        let declined = authenticate(&stripe, &intent, "succeeded").await;
        assert_eq!(declined["status"], "requires_payment_method", "{card}");
        assert_eq!(declined["last_payment_error"]["decline_code"], decline_code);
    }
}

#[tokio::test]
async fn an_intent_that_requires_action_can_be_cancelled_and_confirmed_again() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    stripe.confirm(&intent, "pm_card_authenticationRequired").await;
    assert_eq!(stripe.confirm(&intent, "pm_card_visa").await.body["status"], "succeeded");
    let intent = stripe.intent().await;
    stripe.confirm(&intent, "pm_card_authenticationRequired").await;
    let canceled = stripe.post(&format!("/v1/payment_intents/{intent}/cancel"), &[]).await;
    assert_eq!((&canceled.body["status"], &canceled.body["next_action"]), (&json!("canceled"), &Value::Null));
}

#[tokio::test]
async fn a_browser_lets_its_library_handle_the_action() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    let secret = stripe.get(&format!("/v1/payment_intents/{intent}")).await.body["client_secret"].clone();
    let path = format!("/v1/payment_intents/{intent}/confirm");
    let form = [("payment_method", "pm_card_authenticationRequired"), ("client_secret", secret.as_str().unwrap())];
    let reply = stripe.with_key("pk_test_local", Method::POST, &path, &form).await;
    assert_eq!((reply.status, &reply.body["error"]["param"]), (400, &json!("return_url")));
    let form = [&form[..], &[("use_stripe_sdk", "true")]].concat();
    let waiting = stripe.with_key("pk_test_local", Method::POST, &path, &form).await;
    assert_eq!(waiting.body["next_action"]["type"], "use_stripe_sdk");
    let form = [&form[..], &[("return_url", "https://shop.example/return")]].concat();
    let waiting = stripe.with_key("pk_test_local", Method::POST, &path, &form).await;
    assert_eq!(waiting.body["next_action"]["type"], "use_stripe_sdk");
}
