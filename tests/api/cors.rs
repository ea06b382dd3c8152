//! Cross-origin requests of browsers: what pages of listed, matching and foreign origins may do.

use crate::operations::{document, operations};
use axum::http::Method;
use ferrocart_tests::bucket::{FRONTEND, upload};
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::json;

const PATTERN: &str = "https://*.preview.example.com";
const PREVIEW: &str = "https://change-7.preview.example.com";
const FOREIGN: [&str; 6] = [
    "https://evil.example",
    "http://localhost:3001",
    "https://a.b.preview.example.com",
    "https://preview.example.com.evil.example",
    "null",
    "",
];
const TEMPLATE: &str = include_str!("../../template.yaml");

async fn open() -> TestShop {
    TestShop::open_with(&[("ALLOWED_ORIGINS", FRONTEND), ("ALLOWED_ORIGIN_PATTERNS", PATTERN)]).await
}

fn value<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).map(|value| value.to_str().expect("ASCII"))
}

fn list(answer: &Answer, name: &str) -> Vec<String> {
    answer.header(name).split(',').map(|item| item.trim().to_lowercase()).collect()
}

async fn preflight(client: &Client, origin: &str, path: &str) -> Answer {
    let client = client.with_header("origin", origin).with_header("access-control-request-method", "POST");
    let client = client.with_header("access-control-request-headers", "authorization,content-type,idempotency-key");
    client.send(Method::OPTIONS, path, None).await
}

#[tokio::test]
async fn a_preflight_permits_what_pages_send_for_an_hour() {
    let shop = open().await;
    for origin in [FRONTEND, PREVIEW] {
        let answer = preflight(shop.visitor(), origin, "/orders").await.expect(200);
        assert_eq!(value(&answer, "access-control-allow-origin"), Some(origin));
        assert_eq!(value(&answer, "access-control-max-age"), Some("3600"));
        assert_eq!(value(&answer, "vary"), Some("origin"));
        assert_eq!(list(&answer, "access-control-allow-methods"), ["get", "head", "post", "put", "patch", "delete"]);
        let allowed = list(&answer, "access-control-allow-headers");
        for header in [
            "traceparent",
            "tracestate",
            "baggage",
            "sentry-trace",
            "x-ferrocart-session",
            "authorization",
            "cart-token",
            "order-token",
        ] {
            assert!(allowed.contains(&header.to_owned()), "{header}");
        }
        for header in ["proxy-secret", "client-secret", "client-address", "cloudfront", "forwarded", "cookie", "*"] {
            assert!(!allowed.iter().any(|allowed| allowed.contains(header)), "{header}: {allowed:?}");
        }
    }
}

#[tokio::test]
async fn a_page_may_send_every_header_of_the_contract() {
    let shop = open().await;
    let allowed = list(&preflight(shop.visitor(), FRONTEND, "/cart").await, "access-control-allow-headers");
    let mut declared = 0;
    for header in operations(&document()).iter().flat_map(|operation| operation.parameters("header")) {
        if header.eq_ignore_ascii_case("stripe-signature") {
            continue;
        }
        assert!(allowed.contains(&header.to_lowercase()), "{header}");
        declared += 1;
    }
    assert!(declared >= 4, "{declared}");
}

#[tokio::test]
async fn only_a_listed_origin_may_send_cookies() {
    let shop = open().await;
    for (origin, expected) in [(FRONTEND, Some("true")), (PREVIEW, None), ("https://evil.example", None)] {
        let client = shop.visitor().with_header("origin", origin);
        for answer in [preflight(shop.visitor(), origin, "/auth/login").await, client.get("/products").await] {
            assert_eq!(value(&answer, "access-control-allow-credentials"), expected, "{origin}");
        }
    }
}

#[tokio::test]
async fn a_page_may_read_every_response_with_its_errors() {
    let shop = open().await;
    for origin in [FRONTEND, PREVIEW] {
        let client = shop.visitor().with_header("origin", origin);
        for operation in operations(&document()) {
            assert_readable(&operation.probe(&client, "").await, origin, &operation.name());
        }
        for (method, path, status) in [
            (Method::GET, "/nowhere", 404),
            (Method::PUT, "/products", 405),
            (Method::GET, "/products?limit=x", 400),
            (Method::HEAD, "/cart", 401),
        ] {
            assert_readable(&client.send(method, path, None).await.expect(status), origin, path);
        }
    }
    let unreachable = "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50&directConnection=true";
    let client = shop.reopen_with(&[("ALLOWED_ORIGINS", FRONTEND), ("MONGODB_URI", unreachable)]).await;
    let answer = client.with_header("origin", FRONTEND).get("/products").await.expect(503);
    assert_readable(&answer, FRONTEND, "without a database");
}

fn assert_readable(answer: &Answer, origin: &str, name: &str) {
    assert_eq!(value(answer, "access-control-allow-origin"), Some(origin), "{name}");
    let exposed = list(answer, "access-control-expose-headers");
    for header in ["etag", "location", "retry-after", "x-request-id", "www-authenticate", "idempotent-replayed"] {
        assert!(exposed.contains(&header.to_owned()), "{name}: {header}");
    }
    assert!(list(answer, "vary").contains(&"origin".to_owned()), "{name}");
}

#[tokio::test]
async fn a_page_of_another_origin_reads_nothing() {
    let shop = open().await;
    let none = shop.reopen_with(&[("ALLOWED_ORIGINS", "")]).await;
    for origin in FOREIGN {
        let client = shop.visitor().with_header("origin", origin);
        for answer in [
            preflight(shop.visitor(), origin, "/orders").await,
            client.get("/products").await,
            client.get("/nowhere").await,
            client.post("/auth/login", json!({})).await,
        ] {
            assert_eq!(value(&answer, "access-control-allow-origin"), None, "{origin}");
            assert_eq!(value(&answer, "access-control-allow-credentials"), None, "{origin}");
        }
    }
    let answer = preflight(&none, FRONTEND, "/orders").await.expect(405);
    assert_eq!(value(&answer, "access-control-allow-origin"), None);
}

#[tokio::test]
async fn every_response_varies_by_origin() {
    let shop = open().await;
    for operation in operations(&document()) {
        let answer = operation.probe(shop.visitor(), "").await;
        assert!(list(&answer, "vary").contains(&"origin".to_owned()), "{}", operation.name());
        assert_eq!(value(&answer, "access-control-allow-origin"), None, "{}", operation.name());
    }
}

/// The text behind a key in the template.
fn setting<'a>(section: &'a str, key: &str) -> &'a str {
    let (_, rest) = section.split_once(key).unwrap_or_else(|| panic!("no {key}"));
    rest.lines().next().expect("a value").trim()
}

#[tokio::test]
async fn bucket_and_api_permit_the_origins_of_the_template() {
    let (_, parameter) = TEMPLATE.split_once("\n  AllowedOrigin:\n").expect("a parameter");
    let origin = setting(parameter, "Default: ");
    let (_, bucket) = TEMPLATE.split_once("        CorsRules:\n").expect("the rules of the bucket");
    let vite = ["http://localhost:5173", "http://localhost:4173"];
    let shop = TestShop::open_with_images().await;
    let api = shop.reopen_with(&[("ALLOWED_ORIGINS", &[&[origin], vite.as_slice()].concat().join(","))]).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE", 1)])).await;
    let image = json!({ "content_type": "image/png", "content_length": 70 });
    let announced = shop.admin().await.post(&format!("/products/{}/images", tee.id), image).await.expect(201);
    for allowed in [origin, vite[0], vite[1]] {
        let stored = upload(&announced).preflight_headers(allowed).await;
        let of_bucket = |name: &str| stored.get(name).expect("a header").to_str().expect("ASCII").to_lowercase();
        let answer = preflight(&api, allowed, "/products").await.expect(200);
        for name in ["access-control-allow-origin", "access-control-max-age"] {
            assert_eq!(value(&answer, name), Some(of_bucket(name).as_str()), "{allowed}: {name}");
        }
        assert_eq!(of_bucket("access-control-max-age"), setting(bucket, "MaxAge: "));
        for (name, key) in
            [("access-control-allow-methods", "AllowedMethods: "), ("access-control-allow-headers", "AllowedHeaders: ")]
        {
            assert_eq!(of_bucket(name), setting(bucket, key).trim_matches(['[', ']']).to_lowercase(), "{allowed}");
        }
        assert!(list(&answer, "access-control-allow-methods").contains(&"put".to_owned()));
    }
    for foreign in FOREIGN {
        let stored = upload(&announced).preflight_headers(foreign).await;
        assert!(!stored.contains_key("access-control-allow-origin"), "{foreign}: {stored:?}");
    }
}
