//! Compression: on request, above 1 kB, and never of a response that contains a secret.

use crate::operations::{Operation, document, operations};
use crate::sample_requests::{Caller, Scene};
use axum::http::Method;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::Value;
use std::collections::BTreeSet;

/// Members of responses that are secrets.
const SECRETS: [&str; 6] = ["access_token", "refresh_token", "client_secret", "cart_token", "order_token", "url"];

fn coding(answer: &Answer) -> Option<&str> {
    answer.headers.get("content-encoding").map(|coding| coding.to_str().expect("ASCII"))
}

fn accepting(client: &Client, encodings: &str) -> Client {
    client.with_header("accept-encoding", encodings)
}

/// A shop with a list of products that is longer than 1 kB.
async fn stocked() -> TestShop {
    let shop = TestShop::open().await;
    for number in 0..5 {
        shop.stock(product(&format!("Tee {number}"), 1999, &[(&format!("TEE-{number}"), 50)])).await;
    }
    shop
}

#[tokio::test]
async fn a_long_response_is_compressed_as_the_client_prefers() {
    let shop = stocked().await;
    let plain = shop.visitor().get("/products").await.expect(200);
    assert_eq!(coding(&plain), None);
    assert!(plain.body.to_string().len() > 1024);
    for (accepted, expected) in [
        ("gzip", Some("gzip")),
        ("br", None),
        ("gzip, deflate, br, zstd", Some("gzip")),
        ("br;q=0.5, gzip", Some("gzip")),
        ("GZIP", Some("gzip")),
        ("*", None),
        ("identity", None),
        ("deflate", None),
        ("gzip;q=0", None),
        ("gzip;q=x", None),
        ("", None),
    ] {
        let answer = accepting(shop.visitor(), accepted).get("/products").await.expect(200);
        assert_eq!(coding(&answer), expected, "{accepted}");
        assert_eq!(answer.body, plain.body, "{accepted}");
        assert!(answer.header("vary").contains("accept-encoding"), "{accepted}");
    }
}

#[tokio::test]
async fn a_short_response_is_not_compressed() {
    let shop = TestShop::open().await;
    for path in ["/products", "/health", "/products/0123456789abcdef01234567"] {
        assert_eq!(coding(&accepting(shop.visitor(), "gzip, br").get(path).await), None, "{path}");
    }
}

#[tokio::test]
async fn the_tag_of_a_compressed_response_is_weak_and_valid() {
    let shop = stocked().await;
    for path in ["/openapi.json", "/docs/start.js", "/products"] {
        let plain = shop.visitor().get(path).await.expect(200).header("etag").to_owned();
        let client = accepting(shop.visitor(), "gzip");
        let compressed = client.get(path).await.expect(200);
        assert_eq!(coding(&compressed), Some("gzip"), "{path}");
        let weak = compressed.header("etag").to_owned();
        assert_eq!(weak, format!("W/{plain}"), "{path}");
        for tag in [&plain, &weak] {
            client.with_header("if-none-match", tag).get(path).await.expect(304);
            shop.visitor().with_header("if-none-match", tag).get(path).await.expect(304);
        }
    }
}

#[tokio::test]
async fn head_has_the_headers_of_the_compressed_response() {
    let shop = stocked().await;
    let client = accepting(shop.visitor(), "gzip");
    let [got, head] = [client.get("/products").await, client.send(Method::HEAD, "/products", None).await];
    for name in ["content-encoding", "etag", "vary", "content-type", "cache-control"] {
        assert_eq!(head.header(name), got.header(name), "{name}");
    }
    assert_eq!(coding(&head), Some("gzip"));
    assert_eq!(head.body, Value::Null);
    // The length would be that of the uncompressed body.
    assert!(!head.headers.contains_key("content-length"));
}

#[tokio::test]
async fn no_response_with_a_secret_is_compressed() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let (mut compressed, mut secret) = (BTreeSet::new(), BTreeSet::new());
    let operations = operations(&document());
    for (number, operation) in operations.iter().enumerate() {
        let scene = Scene::new(&shop, number).await;
        for caller in Caller::ALL {
            let answer = scene.send_accepting(operation, caller, "gzip, br").await;
            // The examples of the document contain placeholders.
            if operation.path != "/openapi.json" && contains_secret(&answer.body) {
                assert_eq!(coding(&answer), None, "{}", operation.name());
                secret.insert(operation.name());
            }
            if coding(&answer).is_some() {
                compressed.insert(operation.name());
            }
        }
    }
    assert!(secret.len() >= 6, "{secret:?}");
    assert!(compressed.len() >= 4, "{compressed:?}");
    let is_read =
        |name: &String| operations.iter().any(|it: &Operation| it.name() == *name && it.method == Method::GET);
    assert!(compressed.iter().all(is_read), "{compressed:?}");
}

/// Whether a value has a member with a secret. The contract and the page of the documentation describe such members only.
fn contains_secret(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| (SECRETS.contains(&name.as_str()) && value.is_string()) || contains_secret(value)),
        Value::Array(items) => items.iter().any(contains_secret),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
