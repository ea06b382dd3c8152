//! What shared caches, such as CloudFront's, may store: responses of the catalogue and of the documentation, and never one to a
//! request that identifies its client.

use crate::operations::{Operation, document, operations};
use crate::sample_requests::{Caller, Scene};
use axum::body::Body;
use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The operations whose responses to anonymous requests every cache may store.
const CACHEABLE: [&str; 10] = [
    "GET /docs/{file}",
    "GET /openapi.json",
    "GET /products",
    "GET /products/by-slug/{slug}",
    "GET /products/categories",
    "GET /products/facets",
    "GET /products/feed.xml",
    "GET /products/sitemap.xml",
    "GET /products/sitemap/{start}",
    "GET /products/{id}",
];

/// Headers that identify a client, or seem to.
const CREDENTIALS: [(&str, &str); 7] = [
    ("authorization", "Bearer forged"),
    ("authorization", "Bearer"),
    ("authorization", "Basic YWRhOmFkYQ=="),
    ("authorization", ""),
    ("cookie", "session=1"),
    ("cookie", "consent"),
    ("cookie", ""),
];

fn control(answer: &Answer) -> &str {
    answer.header("cache-control")
}

fn varies_by_client(answer: &Answer) -> bool {
    answer.header("vary") == "accept-encoding, authorization, cookie, origin"
}

async fn send(scene: &Scene, client: &Client, operation: &Operation) -> Answer {
    client.send(operation.method.clone(), &scene.path(operation), None).await
}

#[tokio::test]
async fn anonymous_reads_of_catalogue_and_documentation_are_public() {
    let shop = TestShop::open().await;
    let scene = Scene::new(&shop, 1).await;
    let mut public = BTreeSet::new();
    for operation in operations(&document()) {
        let answer = scene.send(&operation, Caller::Visitor).await;
        if control(&answer).starts_with("public, max-age=") {
            assert!(answer.status.is_success() && varies_by_client(&answer), "{}", operation.name());
            public.insert(operation.name());
        } else {
            assert_eq!(control(&answer), "no-store", "{}", operation.name());
        }
    }
    assert_eq!(public, CACHEABLE.map(str::to_owned).into());
}

#[tokio::test]
async fn no_response_to_a_request_with_a_token_is_public() {
    let shop = TestShop::open().await;
    let scene = Scene::new(&shop, 1).await;
    for operation in operations(&document()) {
        for caller in [Caller::OtherCustomer, Caller::Admin] {
            assert_private(&operation, &scene.send(&operation, caller).await);
        }
    }
}

#[tokio::test]
async fn no_response_to_a_request_with_credentials_is_public() {
    let shop = TestShop::open().await;
    let scene = Scene::new(&shop, 1).await;
    for operation in operations(&document()) {
        for (name, value) in CREDENTIALS {
            let client = shop.visitor().with_header(name, value);
            assert_private(&operation, &send(&scene, &client, &operation).await);
            let known = client.with_header("if-none-match", "*");
            assert_private(&operation, &send(&scene, &known, &operation).await);
        }
    }
}

fn assert_private(operation: &Operation, answer: &Answer) {
    let name = operation.name();
    if varies_by_client(answer) {
        assert!(CACHEABLE.contains(&name.as_str()), "{name}");
        assert!(control(answer).starts_with("private, max-age="), "{name}: {}", control(answer));
    } else {
        assert_eq!(control(answer), "no-store", "{name}");
        assert_eq!(answer.header("vary"), "accept-encoding, origin", "{name}");
    }
}

#[tokio::test]
async fn cookies_of_an_api_gateway_event_make_its_response_private() {
    let shop = TestShop::open().await;
    let event: Value = serde_json::from_str(include_str!("../../events/products-list.json")).expect("JSON");
    for (cookies, expected) in [
        (Value::Null, "public, max-age=30"),
        (json!(["session=1"]), "private, max-age=30"),
        (json!(["session=1", "consent=yes"]), "private, max-age=30"),
    ] {
        let mut event = event.clone();
        event["cookies"] = cookies;
        let request = lambda_http::request::from_str(&event.to_string()).expect("an event").map(Body::new);
        assert_eq!(control(&shop.visitor().send_raw(request).await.expect(200)), expected, "{event}");
    }
}
