//! The sample events in `events/`, parsed as Lambda parses them and handled by all functions in one process.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use ferrocart::domain::search::Language;
use ferrocart_tests::TestShop;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The events that come through the API, each with its status without a token and with an administrator's.
const EVENTS: [(&str, u16, u16); 9] = [
    ("admin-stats", 401, 200),
    ("auth-register", 201, 409),
    ("cart-get", 401, 200),
    ("docs-health", 200, 200),
    ("imports-dry-run", 401, 200),
    // The cart is empty.
    ("orders-place", 401, 422),
    ("products-list", 200, 200),
    // The signature is invalid.
    ("stripe-webhook", 400, 400),
    ("stripe-webhook-base64", 400, 400),
];

/// The events that do not come through the API.
const JOBS: [&str; 3] = ["migrate", "maintenance", "deployment-check"];

#[tokio::test]
async fn every_sample_event_gets_its_expected_status() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (name, for_visitor, for_admin) in EVENTS {
        let answer = shop.visitor().send_raw(request(name)).await;
        assert_eq!(answer.status.as_u16(), for_visitor, "{name} by a visitor: {:#}", answer.body);
        let answer = admin.send_raw(request(name)).await;
        assert_eq!(answer.status.as_u16(), for_admin, "{name} by an administrator: {:#}", answer.body);
    }
}

#[tokio::test]
async fn every_file_of_the_folder_is_tested() {
    let files = std::fs::read_dir(folder()).expect("a folder of events").map(|entry| entry.expect("an entry").path());
    let files: BTreeSet<_> = files.map(|file| file.file_stem().expect("a name").to_owned()).collect();
    let known = EVENTS.iter().map(|(name, ..)| *name).chain(JOBS);
    assert_eq!(files, known.map(Into::into).collect());
}

#[tokio::test]
async fn webhook_signatures_are_verified_over_the_raw_bytes() {
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
async fn jobs_run_on_their_sample_events() {
    let shop = TestShop::open().await;
    // Most jobs ignore their events, so any JSON is valid.
    for name in JOBS {
        assert!(serde_json::from_str::<Value>(&text(name)).is_ok(), "{name}");
    }
    let report = ferrocart_migrate::run(shop.database(), Language::English).await.expect("a migrated database");
    assert!(report["collections"].as_array().is_some_and(|names| names.contains(&json!("orders"))), "{report:#}");
    let report = ferrocart_maintenance::run(shop.state().clone()).await.expect("nothing to do");
    assert!(report.as_object().is_some_and(|kinds| !kinds.is_empty()), "{report:#}");
}

/// The request that the functions receive for an event, parsed by Lambda's own code.
fn request(name: &str) -> Request<Body> {
    let request = lambda_http::request::from_str(&text(name));
    request.unwrap_or_else(|error| panic!("{name} is not an event of an HTTP API: {error}")).map(Body::new)
}

fn text(name: &str) -> String {
    let file = folder().join(name).with_extension("json");
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../events"))
}
