//! Payment intents: fields, transitions and rejected requests.

use crate::support::Stripe;
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_intent_requires_a_payment_method() {
    let stripe = Stripe::start().await;
    let form = [
        ("amount", "1999"),
        ("currency", "USD"),
        ("automatic_payment_methods[enabled]", "true"),
        ("metadata[order_id]", "42"),
        ("description", "Order 42"),
        ("receipt_email", "buyer@example.com"),
    ];
    let reply = stripe.post("/v1/payment_intents", &form).await;
    assert_eq!(reply.status, 200);
    let intent = &reply.body;
    assert!(reply.id().starts_with("pi_"));
    let secret = intent["client_secret"].as_str().unwrap();
    assert!(secret.starts_with(&format!("{}_secret_", reply.id())));
    for (field, value) in [
        ("object", json!("payment_intent")),
        ("amount", json!(1999)),
        ("amount_received", json!(0)),
        ("amount_capturable", json!(0)),
        ("currency", json!("usd")),
        ("status", json!("requires_payment_method")),
        ("livemode", json!(false)),
        ("metadata", json!({ "order_id": "42" })),
        ("description", json!("Order 42")),
        ("receipt_email", json!("buyer@example.com")),
        ("automatic_payment_methods", json!({ "allow_redirects": "always", "enabled": true })),
        ("payment_method_types", json!(["card", "us_bank_account"])),
        ("latest_charge", Value::Null),
        ("last_payment_error", Value::Null),
        ("payment_method", Value::Null),
        ("next_action", Value::Null),
        ("canceled_at", Value::Null),
        ("cancellation_reason", Value::Null),
    ] {
        assert_eq!(intent.get(field), Some(&value), "{field}");
    }
    assert!(reply.header("request-id").unwrap().starts_with("req_"));
    let again = stripe.get(&format!("/v1/payment_intents/{}", reply.id())).await;
    assert_eq!(again.body, reply.body);
}

#[tokio::test]
async fn a_valid_card_succeeds() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    let paid = stripe.confirm(&intent, "pm_card_visa").await;
    assert_eq!(paid.status, 200);
    assert_eq!(paid.body["status"], "succeeded");
    assert_eq!(paid.body["amount_received"], 2000);
    let charge = paid.body["latest_charge"].as_str().unwrap();

    let charge = stripe.get(&format!("/v1/charges/{charge}")).await.body;
    assert_eq!(charge["paid"], true);
    assert_eq!(charge["payment_intent"], intent);
    assert_eq!(charge["payment_method"], paid.body["payment_method"]);
    assert_eq!(charge["metadata"]["order_id"], "42");

    let path = format!("/v1/payment_intents/{intent}?expand[]=latest_charge");
    assert_eq!(stripe.get(&path).await.body["latest_charge"], charge);
    let reply = stripe.get(&format!("/v1/payment_intents/{intent}?expand[]=amount")).await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn after_a_decline_another_card_can_pay() {
    let stripe = Stripe::start().await;
    for (card, code, decline_code, message) in [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline", "Your card was declined."),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            "card_declined",
            "insufficient_funds",
            "Your card has insufficient funds.",
        ),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", "Your card has expired."),
    ] {
        let intent = stripe.intent().await;
        let declined = stripe.confirm(&intent, card).await;
        assert_eq!(declined.error(), (402, "card_error", Some(code)));
        assert_eq!(declined.message(), message);
        assert_eq!(declined.body["error"]["decline_code"], decline_code);

        let path = format!("/v1/payment_intents/{intent}");
        let open = stripe.get(&path).await.body;
        assert_eq!(declined.body["error"]["payment_intent"], open);
        assert_eq!(open["status"], "requires_payment_method");
        assert_eq!(open["last_payment_error"]["decline_code"], decline_code);
        assert_eq!(open["payment_method"], Value::Null);
        let charge = open["latest_charge"].as_str().unwrap();
        let charge = stripe.get(&format!("/v1/charges/{charge}")).await.body;
        assert_eq!((&charge["status"], &charge["paid"]), (&json!("failed"), &json!(false)));

        let paid = stripe.confirm(&intent, "pm_card_visa").await;
        assert_eq!(paid.body["status"], "succeeded");
        assert_eq!(paid.body["last_payment_error"], Value::Null);
    }
}

#[tokio::test]
async fn an_intent_with_a_payment_method_requires_confirmation() {
    let stripe = Stripe::start().await;
    let mut form = vec![("amount", "2000"), ("currency", "usd"), ("payment_method", "pm_card_visa")];
    let waiting = stripe.post("/v1/payment_intents", &form).await;
    assert_eq!(waiting.body["status"], "requires_confirmation");
    let path = format!("/v1/payment_intents/{}/confirm", waiting.id());
    assert_eq!(stripe.post(&path, &[("return_url", "https://shop.example/")]).await.body["status"], "succeeded");

    form.extend([("confirm", "true"), ("return_url", "https://shop.example/")]);
    let paid = stripe.post("/v1/payment_intents", &form).await;
    assert_eq!(paid.body["status"], "succeeded");
}

#[tokio::test]
async fn the_error_names_the_status_that_forbids_a_request() {
    let stripe = Stripe::start().await;
    let unexpected = (400, "invalid_request_error", Some("payment_intent_unexpected_state"));

    let open = stripe.intent().await;
    let path = format!("/v1/payment_intents/{open}/confirm");
    let reply = stripe.post(&path, &[("return_url", "https://shop.example/")]).await;
    assert_eq!(reply.error(), unexpected);
    assert!(reply.message().contains("missing a payment method"));

    let paid = stripe.paid_intent().await;
    let reply = stripe.confirm(&paid, "pm_card_visa").await;
    assert_eq!(reply.error(), unexpected);
    assert!(reply.message().contains("already succeeded"));
    assert_eq!(reply.body["error"]["payment_intent"]["id"], paid);

    let reply = stripe.post(&format!("/v1/payment_intents/{paid}/cancel"), &[]).await;
    assert_eq!(reply.error(), unexpected);
    assert!(reply.message().contains("it has a status of succeeded"));
    assert_eq!(reply.body["error"]["payment_intent"]["status"], "succeeded");
}

#[tokio::test]
async fn a_processing_payment_is_settled_by_the_control_api() {
    let stripe = Stripe::start().await;
    for (outcome, status, charge_status) in
        [("succeeded", "succeeded", "succeeded"), ("failed", "requires_payment_method", "failed")]
    {
        let intent = stripe.intent().await;
        let processing = stripe.confirm(&intent, "pm_usBankAccount_processing").await;
        assert_eq!(processing.body["status"], "processing");
        assert_eq!(processing.body["amount_received"], 0);
        let path = format!("/_stand-in/payment_intents/{intent}/settle");
        let settled = stripe.control(&path, json!({ "outcome": outcome })).await;
        assert_eq!(settled["status"], status);
        let charge = settled["latest_charge"].as_str().unwrap();
        let charge = stripe.get(&format!("/v1/charges/{charge}")).await;
        assert_eq!(charge.body["status"], charge_status);
    }
    let form = [("amount", "2000"), ("currency", "usd"), ("payment_method_types[]", "card")];
    let card_only = stripe.post("/v1/payment_intents", &form).await.id();
    let reply = stripe.confirm(&card_only, "pm_usBankAccount_processing").await;
    assert_eq!(reply.body["error"]["code"], "payment_intent_incompatible_payment_method");
}

#[tokio::test]
async fn amount_and_currency_change_until_the_payment_is_processing() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    let path = format!("/v1/payment_intents/{intent}");
    let form = [("amount", "1500"), ("currency", "EUR"), ("metadata[order_id]", ""), ("metadata[by]", "hand")];
    let changed = stripe.post(&path, &form).await;
    assert_eq!((&changed.body["amount"], &changed.body["currency"]), (&json!(1500), &json!("eur")));
    assert_eq!(changed.body["metadata"], json!({ "by": "hand" }));
    assert_eq!(stripe.get(&path).await.body, changed.body);
    assert_eq!(stripe.post(&path, &[("amount", "1")]).await.error().2, Some("amount_too_small"));
    stripe.confirm(&intent, "pm_card_visa").await;
    assert_eq!(stripe.get(&path).await.body["amount_received"], 1500);
    let late = stripe.post(&path, &[("amount", "1600")]).await;
    assert_eq!(late.error(), (400, "invalid_request_error", Some("payment_intent_unexpected_state")));
    assert_eq!(
        late.message(),
        "This PaymentIntent's amount could not be updated because it has a status of succeeded. You may only update \
         the amount of a PaymentIntent with one of the following statuses: requires_payment_method, \
         requires_confirmation, requires_action."
    );
    assert_eq!(stripe.post(&path, &[("description", "changed by hand")]).await.status, 200);
}

#[tokio::test]
async fn unknown_objects_and_urls_are_a_404() {
    let stripe = Stripe::start().await;
    for (path, message) in [
        ("/v1/payment_intents/pi_none", "No such payment_intent: 'pi_none'"),
        ("/v1/charges/ch_none", "No such charge: 'ch_none'"),
        ("/v1/refunds/re_none", "No such refund: 're_none'"),
        ("/v1/events/evt_none", "No such event: 'evt_none'"),
    ] {
        let reply = stripe.get(path).await;
        assert_eq!(reply.error(), (404, "invalid_request_error", Some("resource_missing")));
        assert_eq!(reply.message(), message);
    }
    let reply = stripe.get("/v1/subscriptions").await;
    assert_eq!(reply.error(), (404, "invalid_request_error", None));
    assert!(reply.message().starts_with("Unrecognized request URL (GET: /v1/subscriptions)"));
}
