//! API keys of backends and browsers, and requests without a valid one.

use crate::support::{Stripe, send};
use reqwest::Method;

#[tokio::test]
async fn a_missing_or_invalid_key_is_a_401() {
    let stripe = Stripe::start().await;
    let request = || stripe.request(Method::GET, "/v1/payment_intents");
    let reply = send(request()).await;
    assert_eq!(reply.error(), (401, "invalid_request_error", None));
    assert!(reply.message().starts_with("You did not provide an API key."));
    for request in [request().bearer_auth("sk_test_of_another"), request().basic_auth("sk_test_of_another", Some(""))] {
        let reply = send(request).await;
        assert_eq!(reply.error(), (401, "invalid_request_error", None));
        assert_eq!(reply.message(), "Invalid API Key provided: sk_test_******ther");
    }
}

#[tokio::test]
async fn the_key_may_be_the_user_name_of_basic_credentials() {
    let stripe = Stripe::start().await;
    let request = stripe.request(Method::GET, "/v1/payment_intents");
    let reply = send(request.basic_auth("sk_test_local", Some(""))).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn a_browser_with_the_client_secret_retrieves_and_confirms() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    let path = format!("/v1/payment_intents/{intent}");
    let secret = stripe.get(&path).await.body["client_secret"].as_str().unwrap().to_owned();
    let browser = |method, path: &str| stripe.request(method, path).bearer_auth("pk_test_local");

    let retrieved = send(browser(Method::GET, &format!("{path}?client_secret={secret}"))).await;
    assert_eq!(retrieved.status, 200);
    assert_eq!(retrieved.body["status"], "requires_payment_method");
    for hidden in ["metadata", "latest_charge", "amount_received"] {
        assert!(retrieved.body.get(hidden).is_none(), "{hidden}");
    }

    let confirm = format!("{path}/confirm");
    let form = [("payment_method", "pm_card_visa"), ("client_secret", secret.as_str())];
    let paid = send(browser(Method::POST, &confirm).form(&form)).await;
    assert_eq!(paid.body["status"], "succeeded");
    assert!(paid.body.get("latest_charge").is_none());
}

#[tokio::test]
async fn a_browser_may_do_nothing_else() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    let path = format!("/v1/payment_intents/{intent}");
    let browser = |method, path: &str| stripe.request(method, path).bearer_auth("pk_test_local");
    let rejected = (401, "invalid_request_error", Some("secret_key_required"));

    assert_eq!(send(browser(Method::GET, &path)).await.error(), rejected);
    for path in ["/v1/payment_intents", "/v1/refunds", "/v1/events"] {
        assert_eq!(send(browser(Method::GET, path)).await.error(), rejected, "{path}");
    }
    let cancel = format!("{path}/cancel");
    assert_eq!(send(browser(Method::POST, &cancel)).await.error(), rejected);

    let form = [("payment_method", "pm_card_visa"), ("client_secret", "pi_x_secret_y")];
    let reply = send(browser(Method::POST, &format!("{path}/confirm")).form(&form)).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", None));
    assert_eq!(stripe.get(&path).await.body["status"], "requires_payment_method");
}
