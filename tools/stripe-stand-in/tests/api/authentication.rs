//! API keys of backends and browsers, and requests without a valid one.

use crate::support::{Stripe, send};
use reqwest::Method;
use serde_json::json;

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
    let form = [("payment_method", "pm_card_visa"), ("client_secret", secret.as_str()), ("use_stripe_sdk", "true")];
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

    let form = [("payment_method", "pm_card_visa"), ("client_secret", "pi_x_secret_y"), ("use_stripe_sdk", "true")];
    let reply = send(browser(Method::POST, &format!("{path}/confirm")).form(&form)).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", None));
    assert_eq!(stripe.get(&path).await.body["status"], "requires_payment_method");
}

/// A key that may do what a shop needs without disputes.
const RESTRICTED: &str = "rk_test_51AbCdEfGhIjKlMn";

async fn set_permissions(stripe: &Stripe, permissions: &[&str]) {
    let body = json!({ "key": RESTRICTED, "permissions": permissions });
    let reply = send(stripe.request(Method::PUT, "/_stand-in/restricted-keys").json(&body)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn a_restricted_key_needs_a_permission_for_each_resource() {
    let stripe = Stripe::start().await;
    let intent = stripe.paid_intent().await;
    let with_key = |method, path: &str| send(stripe.request(method, path).bearer_auth(RESTRICTED));
    assert_eq!(with_key(Method::GET, "/v1/payment_intents").await.status, 401);

    let refunds = format!("/v1/refunds?payment_intent={intent}");
    let cancel = format!("/v1/payment_intents/{intent}/cancel");
    for (method, path, permission) in [
        (Method::GET, "/v1/payment_intents", "rak_payment_intent_read"),
        (Method::GET, "/v1/payment_intents/search?query=currency:'usd'", "rak_payment_intent_read"),
        (Method::POST, "/v1/payment_intents", "rak_payment_intent_write"),
        (Method::POST, cancel.as_str(), "rak_payment_intent_write"),
        (Method::GET, "/v1/charges", "rak_charge_read"),
        (Method::GET, refunds.as_str(), "rak_charge_read"),
        (Method::POST, "/v1/refunds", "rak_charge_write"),
        (Method::GET, "/v1/disputes", "rak_dispute_read"),
        (Method::GET, "/v1/events/evt_1", "rak_event_read"),
    ] {
        set_permissions(&stripe, &[]).await;
        let reply = with_key(method.clone(), path).await;
        assert_eq!(reply.error(), (403, "invalid_request_error", None), "{method} {path}");
        assert_eq!(
            reply.message(),
            format!(
                "The provided key 'rk_test_**********IjKlMn' does not have the required permissions for this endpoint \
                 on account 'acct_1StandIn'. Having the '{permission}' permission would allow this request to continue."
            )
        );
        set_permissions(&stripe, &[permission]).await;
        assert_ne!(with_key(method.clone(), path).await.status, 403, "{method} {path}");
    }
}

#[tokio::test]
async fn writing_includes_reading_and_expanding_needs_reading() {
    let stripe = Stripe::start().await;
    let intent = stripe.paid_intent().await;
    let with_key = |path: String| send(stripe.request(Method::GET, &path).bearer_auth(RESTRICTED));
    set_permissions(&stripe, &["rak_payment_intent_write"]).await;
    let expanded = format!("/v1/payment_intents/{intent}?expand[]=latest_charge");
    assert_eq!(with_key(format!("/v1/payment_intents/{intent}")).await.status, 200);
    let reply = with_key(expanded.clone()).await;
    assert_eq!(reply.status, 403);
    assert!(reply.message().contains("'rak_charge_read'"), "{}", reply.message());
    set_permissions(&stripe, &["rak_payment_intent_read", "rak_charge_read"]).await;
    assert_eq!(with_key(expanded).await.status, 200);
}

#[tokio::test]
async fn a_restricted_key_and_its_permissions_must_be_valid() {
    let stripe = Stripe::start().await;
    for body in [
        json!({ "key": "sk_test_local", "permissions": [] }),
        json!({ "key": RESTRICTED, "permissions": ["rak_dispute"] }),
        json!({ "key": RESTRICTED }),
    ] {
        let reply = send(stripe.request(Method::PUT, "/_stand-in/restricted-keys").json(&body)).await;
        assert_eq!(reply.status, 400, "{body}");
    }
}
