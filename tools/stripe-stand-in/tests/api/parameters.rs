//! Parameters of payment intents that Stripe rejects: limits, formats, and combinations.

use crate::support::{Reply, Stripe, send};
use reqwest::Method;
use serde_json::json;

async fn create(stripe: &Stripe, form: &[(&str, &str)]) -> Reply {
    let form = [&[("amount", "2000"), ("currency", "usd")][..], form].concat();
    stripe.post("/v1/payment_intents", &form).await
}

#[tokio::test]
async fn metadata_has_50_keys_of_40_and_values_of_500_characters() {
    let stripe = Stripe::start().await;
    let (key, value) = (format!("metadata[{}]", "k".repeat(40)), "é".repeat(500));
    assert_eq!(create(&stripe, &[(key.as_str(), value.as_str())]).await.status, 200);
    let key = format!("metadata[{}]", "k".repeat(41));
    let reply = create(&stripe, &[(key.as_str(), "1")]).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", None));
    assert!(reply.message().starts_with("Metadata keys can have up to 40 characters"));
    let value = "v".repeat(501);
    let reply = create(&stripe, &[("metadata[order_id]", value.as_str())]).await;
    assert!(reply.message().starts_with("Metadata values can have up to 500 characters"), "{}", reply.message());
    assert_eq!(reply.body["error"]["param"], "metadata[order_id]");

    let keys: Vec<_> = (0..51).map(|number| format!("metadata[{number}]")).collect();
    let pairs: Vec<_> = keys.iter().map(|key| (key.as_str(), "1")).collect();
    assert_eq!(create(&stripe, &pairs).await.status, 400);
    let intent = create(&stripe, &pairs[..50]).await;
    assert_eq!(intent.status, 200);
    let path = format!("/v1/payment_intents/{}", intent.id());
    assert_eq!(stripe.post(&path, &pairs[50..]).await.status, 400);
    let swapped = stripe.post(&path, &[pairs[50], (keys[0].as_str(), "")]).await;
    assert_eq!(swapped.body["metadata"].as_object().unwrap().len(), 50);
}

#[tokio::test]
async fn invalid_parameters_of_an_intent_are_rejected() {
    let stripe = Stripe::start().await;
    let description = "d".repeat(1_001);
    for (form, param) in [
        (vec![("description", description.as_str())], "description"),
        (vec![("receipt_email", "ada")], "receipt_email"),
        (vec![("receipt_email", "ada@example..com")], "receipt_email"),
        (vec![("statement_descriptor_suffix", "A text of 23 characters")], "statement_descriptor_suffix"),
        (vec![("statement_descriptor_suffix", "12345")], "statement_descriptor_suffix"),
        (vec![("statement_descriptor_suffix", "a*b")], "statement_descriptor_suffix"),
        (vec![("automatic_payment_methods[allow_redirects]", "never")], "automatic_payment_methods[enabled]"),
        (vec![("automatic_payment_methods", "true")], "automatic_payment_methods"),
        (vec![("automatic_payment_methods[enabled]", "1")], "automatic_payment_methods[enabled]"),
        (
            vec![("automatic_payment_methods[enabled]", "true"), ("payment_method_types[]", "card")],
            "payment_method_types",
        ),
        (vec![("payment_method_types", "card")], "payment_method_types"),
        (vec![("payment_method_types[]", "paypal")], "payment_method_types"),
        (vec![("currency", "eur"), ("payment_method_types[]", "us_bank_account")], "payment_method_types"),
        (vec![("metadata", "1")], "metadata"),
        (vec![("metadata[a][b]", "1")], "metadata[a][b]"),
        (vec![("return_url", "https://shop.example/")], "return_url"),
        (vec![("confirm", "true"), ("payment_method", "pm_card_visa")], "return_url"),
        (vec![("confirm", "true"), ("return_url", "shop")], "return_url"),
        (vec![("confirm", "yes")], "confirm"),
        (vec![("expand[]", "a.b.c.d.e")], "expand"),
    ] {
        let reply = create(&stripe, &form).await;
        assert_eq!((reply.status, &reply.body["error"]["param"]), (400, &json!(param)), "{form:?}: {}", reply.text);
    }
    let query = stripe.post("/v1/payment_intents?color=red", &[("amount", "2000"), ("currency", "usd")]).await;
    assert_eq!(query.body["error"]["param"], "color");
}

#[tokio::test]
async fn the_last_digit_of_a_three_decimal_amount_is_0() {
    let stripe = Stripe::start().await;
    for (currency, amount, status) in
        [("kwd", "1230", 200), ("kwd", "1234", 400), ("idr", "150000000", 200), ("usd", "150000000", 400)]
    {
        let form = [("amount", amount), ("currency", currency)];
        assert_eq!(stripe.post("/v1/payment_intents", &form).await.status, status, "{currency} {amount}");
    }
}

#[tokio::test]
async fn a_request_of_another_api_version_is_rejected() {
    let stripe = Stripe::start().await;
    for (version, status) in [("2025-09-30.clover", 200), ("2026-10-28.endive", 400), ("", 400)] {
        let request = stripe.post_request("/v1/payment_intents", &[("amount", "2000"), ("currency", "usd")]);
        let reply = send(request.header("Stripe-Version", version)).await;
        assert_eq!(reply.status, status, "{version}");
        assert!(reply.header("stripe-version").is_some());
    }
    let intent = stripe.paid_intent().await;
    let without_header = stripe.get(&format!("/v1/payment_intents/{intent}")).await;
    assert_eq!(without_header.header("stripe-version"), Some("2025-09-30.clover"));
    assert_eq!(stripe.get("/v1/events").await.body["data"][0]["api_version"], "2025-09-30.clover");
}

#[tokio::test]
async fn invalid_parameters_are_rejected_with_stripes_messages() {
    let stripe = Stripe::start().await;
    for (form, code, param, message) in [
        (vec![("currency", "usd")], "parameter_missing", "amount", "Missing required param: amount."),
        (vec![("amount", "1")], "parameter_missing", "currency", "Missing required param: currency."),
        (
            vec![("amount", "19.99"), ("currency", "usd")],
            "parameter_invalid_integer",
            "amount",
            "Invalid integer: 19.99",
        ),
        (
            vec![("amount", "0"), ("currency", "usd")],
            "parameter_invalid_integer",
            "amount",
            "This value must be greater than or equal to 1.",
        ),
        (
            vec![("amount", "49"), ("currency", "usd")],
            "amount_too_small",
            "amount",
            "Amount must be at least $0.50 usd",
        ),
        (
            vec![("amount", "100000000"), ("currency", "usd")],
            "amount_too_large",
            "amount",
            "Amount must be no more than $999999.99 usd",
        ),
        (
            vec![("amount", "1000000000000"), ("currency", "idr")],
            "amount_too_large",
            "amount",
            "Amount must be no more than 9999999999.99 IDR idr",
        ),
        (
            vec![("amount", "100"), ("currency", "usd"), ("amuont", "1")],
            "parameter_unknown",
            "amuont",
            "Received unknown parameter: amuont",
        ),
        (
            vec![("amount", "100"), ("currency", "usd"), ("payment_method", "pm_none")],
            "resource_missing",
            "payment_method",
            "No such PaymentMethod: 'pm_none'",
        ),
    ] {
        let reply = stripe.post("/v1/payment_intents", &form).await;
        assert_eq!(reply.error(), (400, "invalid_request_error", Some(code)), "{form:?}");
        assert_eq!(reply.body["error"]["param"], param);
        assert_eq!(reply.message(), message);
    }
    let form = [("amount", "100"), ("currency", "xxx")];
    let reply = stripe.post("/v1/payment_intents", &form).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", None));
    assert!(reply.message().starts_with("Invalid currency: xxx. Stripe currently supports"));
    assert_eq!(stripe.get("/v1/payment_intents").await.body["data"], json!([]));
}

#[tokio::test]
async fn a_json_body_is_rejected() {
    let stripe = Stripe::start().await;
    let request = stripe.request(Method::POST, "/v1/payment_intents").bearer_auth("sk_test_local");
    let reply = send(request.json(&json!({ "amount": 100, "currency": "usd" }))).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", None));
    assert!(reply.message().contains("application/x-www-form-urlencoded"));
}
