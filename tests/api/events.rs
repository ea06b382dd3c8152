//! The sample events of `events/`, read as Lambda reads them, and answered by all functions in one.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use ferrocart_tests::TestShop;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Each event that comes through the API, with what it is answered without a token and with an
/// administrator's.
const EVENTS: [(&str, u16, u16); 8] = [
    ("admin-stats", 401, 200),
    ("auth-register", 201, 409),
    ("cart-get", 401, 200),
    ("docs-health", 200, 200),
    // The cart is empty.
    ("orders-place", 401, 422),
    ("products-list", 200, 200),
    // The signature is not ours.
    ("stripe-webhook", 400, 400),
    ("stripe-webhook-base64", 400, 400),
];

/// The events that come from elsewhere.
const JOBS: [&str; 2] = ["migrate", "maintenance"];

#[tokio::test]
async fn every_sample_event_is_answered() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (name, to_a_visitor, to_an_administrator) in EVENTS {
        let answer = shop.visitor().send_raw(request(name)).await;
        assert_eq!(answer.status.as_u16(), to_a_visitor, "{name} by a visitor: {:#}", answer.body);
        let answer = admin.send_raw(request(name)).await;
        assert_eq!(answer.status.as_u16(), to_an_administrator, "{name} by an administrator: {:#}", answer.body);
    }
}

#[tokio::test]
async fn no_sample_event_is_left_out() {
    let files = std::fs::read_dir(folder()).expect("a folder of events").map(|entry| entry.expect("an entry").path());
    let there: BTreeSet<_> = files.map(|file| file.file_stem().expect("a name").to_owned()).collect();
    let known = EVENTS.iter().map(|(name, ..)| *name).chain(JOBS);
    assert_eq!(there, known.map(Into::into).collect());
}

#[tokio::test]
async fn a_webhook_is_checked_over_the_bytes_that_stripe_signed() {
    let shop = TestShop::open().await;
    for name in ["stripe-webhook", "stripe-webhook-base64"] {
        let (mut parts, body) = request(name).into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        assert!(body.starts_with(b"{"), "{name} was not decoded");
        let signature = stripe_stand_in::sign("whsec_local", shop.state().now().as_seconds(), &body);
        parts.headers.insert("stripe-signature", signature.parse().expect("ASCII"));
        let answer = shop.visitor().send_raw(Request::from_parts(parts, Body::from(body))).await;
        assert_eq!(answer.status.as_u16(), 200, "{name}: {:#}", answer.body);
    }
}

#[tokio::test]
async fn jobs_run_whenever_they_are_asked_to() {
    let shop = TestShop::open().await;
    // A job does not look at its event: any JSON will do.
    for name in JOBS {
        assert!(serde_json::from_str::<Value>(&text(name)).is_ok(), "{name}");
    }
    let report = ferrocart_migrate::run(shop.database()).await.expect("a migrated database");
    assert!(report["collections"].as_array().is_some_and(|names| names.contains(&json!("orders"))), "{report:#}");
    let report = ferrocart_maintenance::run(shop.state().clone()).await.expect("nothing to do");
    assert!(report.as_object().is_some_and(|kinds| !kinds.is_empty()), "{report:#}");
}

/// An event as the request that the functions get: Lambda's own code reads it.
fn request(name: &str) -> Request<Body> {
    let request = lambda_http::request::from_str(&text(name));
    request.unwrap_or_else(|error| panic!("{name} is no event of an HTTP API: {error}")).map(Body::new)
}

fn text(name: &str) -> String {
    let file = folder().join(name).with_extension("json");
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../events"))
}
