//! What a shop's page in a browser loads and may call. The tests of `tools/browser` run it.

use crate::support::Stripe;
use reqwest::Method;

const ALLOW_ORIGIN: &str = "access-control-allow-origin";

#[tokio::test]
async fn a_page_may_call_the_api_with_a_publishable_key_only() {
    let stripe = Stripe::start().await;
    let intent = stripe.get(&format!("/v1/payment_intents/{}", stripe.intent().await)).await.body;
    let [id, secret] = ["id", "client_secret"].map(|field| intent[field].as_str().unwrap().to_owned());
    let path = format!("/v1/payment_intents/{id}?client_secret={secret}");
    for (key, status, origin) in [
        ("pk_test_local", 200, Some("*")),
        ("pk_test_other", 401, Some("*")),
        ("sk_test_local", 200, None),
        ("rk_test_other", 401, None),
    ] {
        let request = stripe.request(Method::GET, &path).header("origin", "https://shop.example").bearer_auth(key);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{key}");
        assert_eq!(response.headers().get(ALLOW_ORIGIN).map(|value| value.to_str().unwrap()), origin, "{key}");
    }
}

#[tokio::test]
async fn preflights_allow_calls_of_the_api_but_not_of_the_control_api() {
    let stripe = Stripe::start().await;
    let preflight = |path: &str| {
        let request = stripe.request(Method::OPTIONS, path).header("origin", "https://shop.example");
        let request = request.header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "authorization").send()
    };
    let response = preflight("/v1/payment_intents/pi_1/confirm").await.unwrap();
    assert_eq!((response.status().as_u16(), &response.headers()[ALLOW_ORIGIN]), (200, &"*".parse().unwrap()));
    assert!(response.headers()["access-control-allow-headers"].to_str().unwrap().contains("Authorization"));
    let response = preflight("/_stand-in/reset").await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers().get(ALLOW_ORIGIN)), (404, None));
}

#[tokio::test]
async fn scripts_and_pages_have_types_and_a_content_security_policy() {
    let stripe = Stripe::start().await;
    for (path, content_type) in [
        ("/clover/stripe.js", "text/javascript"),
        ("/elements/payment", "text/html"),
        ("/elements/payment.js", "text/javascript"),
        ("/elements/three-d-secure", "text/html"),
        ("/elements/style.css", "text/css"),
    ] {
        let response = stripe.request(Method::GET, path).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (200, &content_type.parse().unwrap())
        );
        assert!(response.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    }
    for (method, path) in [(Method::POST, "/clover/stripe.js"), (Method::GET, "/elements/../Cargo.toml")] {
        assert_eq!(stripe.request(method, path).send().await.unwrap().status(), 401, "{path}");
    }
}
