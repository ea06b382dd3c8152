//! Payment methods: cards and bank accounts that browsers create, and what they may pay.

use crate::support::{Reply, Stripe, confirmation};
use reqwest::Method;
use serde_json::json;

type Form<'a> = Vec<(&'a str, &'a str)>;

fn card(number: &str) -> Form<'_> {
    vec![("type", "card"), ("card[number]", number), ("card[exp_month]", "12"), ("card[exp_year]", "2040")]
}

async fn create(stripe: &Stripe, form: &Form<'_>) -> Reply {
    stripe.with_key("pk_test_local", Method::POST, "/v1/payment_methods", form).await
}

#[tokio::test]
async fn a_browser_creates_a_card_that_pays_once() {
    let stripe = Stripe::start().await;
    let mut form = card("4242 4242 4242 4242");
    form.extend([("card[cvc]", "123"), ("billing_details[name]", "Ada"), ("billing_details[address][city]", "Bern")]);
    let created = create(&stripe, &form).await;
    assert_eq!(created.status, 200, "{created:?}");
    assert_eq!(created.body["billing_details"]["name"], "Ada");
    assert_eq!(created.body["billing_details"]["address"]["city"], "Bern");
    assert_eq!((&created.body["card"]["brand"], &created.body["card"]["last4"]), (&json!("visa"), &json!("4242")));
    assert_eq!(stripe.get(&format!("/v1/payment_methods/{}", created.id())).await.body, created.body);

    let paid = stripe.confirm(&stripe.intent().await, &created.id()).await;
    assert_eq!((&paid.body["status"], &paid.body["payment_method"]), (&json!("succeeded"), &json!(created.id())));
    let charge = stripe.get(&format!("/v1/charges/{}", paid.body["latest_charge"].as_str().unwrap())).await;
    assert_eq!(charge.body["billing_details"]["name"], "Ada");
    let again = stripe.confirm(&stripe.intent().await, &created.id()).await;
    assert_eq!(again.error(), (400, "invalid_request_error", None));
    assert!(again.message().contains("previously used"));
}

#[tokio::test]
async fn the_number_of_a_test_card_determines_its_outcome() {
    let stripe = Stripe::start().await;
    for (number, status) in [("5555555555554444", 200), ("4000000000009995", 402), ("4000002760003184", 200)] {
        let created = create(&stripe, &card(number)).await;
        assert_eq!(stripe.confirm(&stripe.intent().await, &created.id()).await.status, status, "{number}");
    }
}

#[tokio::test]
async fn a_bank_account_needs_a_name_and_its_debit_a_mandate() {
    let stripe = Stripe::start().await;
    let mut form = vec![
        ("type", "us_bank_account"),
        ("us_bank_account[routing_number]", "110000000"),
        ("us_bank_account[account_number]", "000123456789"),
        ("us_bank_account[account_holder_type]", "individual"),
    ];
    assert_eq!(create(&stripe, &form).await.body["error"]["param"], "billing_details[name]");
    form.push(("billing_details[name]", "Ada"));
    let created = create(&stripe, &form).await;
    assert_eq!(created.body["us_bank_account"]["last4"], "6789");
    let intent = stripe.intent().await;
    let path = format!("/v1/payment_intents/{intent}/confirm");
    let id = created.id();
    let reply = stripe.post(&path, &confirmation(&id)[..2]).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", Some("payment_intent_mandate_invalid")));
    assert_eq!(stripe.post(&path, &confirmation(&id)).await.body["status"], "processing");

    let euros = stripe.post("/v1/payment_intents", &[("amount", "2000"), ("currency", "eur")]).await;
    assert_eq!(euros.body["payment_method_types"], json!(["card"]));
    let reply = stripe.confirm(&euros.id(), "pm_usBankAccount_success").await;
    assert_eq!(reply.error().2, Some("payment_intent_incompatible_payment_method"));
}

#[tokio::test]
async fn invalid_payment_methods_are_rejected() {
    let stripe = Stripe::start().await;
    let with = |field, value| {
        let mut form = card("4242424242424242");
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        form
    };
    for (form, status, code, param) in [
        (vec![], 400, Some("parameter_missing"), "type"),
        (vec![("type", "sofort")], 400, None, "type"),
        (with("card[number]", "4242424242424241"), 402, Some("incorrect_number"), "number"),
        (with("card[number]", "4242"), 402, Some("incorrect_number"), "number"),
        (with("card[exp_month]", "13"), 402, Some("invalid_expiry_month"), "exp_month"),
        (with("card[exp_year]", "2020"), 402, Some("invalid_expiry_year"), "exp_year"),
        (with("card[cvc]", "12"), 402, Some("invalid_cvc"), "cvc"),
        (with("card[exp_year]", "soon"), 400, Some("parameter_invalid_integer"), "card[exp_year]"),
        (with("card[pin]", "1"), 400, Some("parameter_unknown"), "card[pin]"),
        (with("us_bank_account[account_number]", "1"), 400, None, "us_bank_account"),
    ] {
        let reply = create(&stripe, &form).await;
        assert_eq!((reply.status, reply.error().2), (status, code), "{form:?}");
        assert_eq!(reply.body["error"]["param"], param, "{form:?}");
    }
    // A backend must not handle numbers of cards.
    let reply = stripe.post("/v1/payment_methods", &card("4242424242424242")).await;
    assert_eq!(reply.error(), (402, "invalid_request_error", None));
}
