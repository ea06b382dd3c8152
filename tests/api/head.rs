//! `HEAD` works wherever `GET` does, with the same headers and no body. The contract does not list it.

use crate::operations::{Operation, document, operations};
use crate::sample_requests::{Caller, Scene};
use axum::http::{HeaderMap, Method, StatusCode};
use ferrocart_tests::{Client, TestShop};
use serde_json::Value;

/// Headers that differ between two equal requests.
const UNIQUE: [&str; 2] = ["x-request-id", "content-length"];
/// Those of the page with the API reference, in which each response has a nonce.
const UNIQUE_OF_DOCS: [&str; 2] = ["content-security-policy", "etag"];

fn reads() -> Vec<Operation> {
    operations(&document()).into_iter().filter(|operation| operation.method == Method::GET).collect()
}

/// Sends both methods, and asserts that the responses differ in the body alone.
async fn compare(client: &Client, path: &str) -> StatusCode {
    let [got, head] = [client.get(path).await, client.send(Method::HEAD, path, None).await];
    assert_eq!(head.status, got.status, "{path}");
    assert_eq!(head.body, Value::Null, "{path}");
    let headers = |headers: &HeaderMap| {
        let mut headers = headers.clone();
        let of_page: &[&str] = if path == "/docs" { &UNIQUE_OF_DOCS } else { &[] };
        UNIQUE.iter().chain(of_page).for_each(|name| drop(headers.remove(*name)));
        headers
    };
    assert_eq!(headers(&head.headers), headers(&got.headers), "{path}");
    head.status
}

#[tokio::test]
async fn every_readable_resource_has_a_head() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let scene = Scene::new(&shop, 1).await;
    let mut found = 0;
    for operation in reads() {
        let path = scene.path(&operation);
        for caller in Caller::ALL {
            found += u32::from(compare(scene.client(caller), &path).await.is_success());
        }
    }
    assert!(found > 30, "{found} resources");
}

#[tokio::test]
async fn a_head_of_a_cached_version_is_304() {
    let shop = TestShop::open().await;
    let scene = Scene::new(&shop, 1).await;
    let mut cached = 0;
    for operation in reads() {
        let path = scene.path(&operation);
        let known = shop.visitor().with_header("if-none-match", "*");
        cached += u32::from(compare(&known, &path).await == StatusCode::NOT_MODIFIED);
    }
    assert!(cached >= 5, "{cached}");
}

#[tokio::test]
async fn problems_have_no_body_either() {
    let shop = TestShop::open().await;
    for (path, expected) in [
        ("/nowhere", 404),
        ("/products/0123456789abcdef01234567", 404),
        ("/products?limit=x", 400),
        ("/cart", 401),
        ("/auth/login", 405),
    ] {
        assert_eq!(compare(shop.visitor(), path).await, expected, "{path}");
    }
}
