//! Malformed request bodies on an endpoint that hashes a password: they are rejected before the hash is computed.

use axum::body::Body;
use axum::http::{Method, Request};
use ferrocart_tests::{Answer, TestShop};
use serde_json::json;

const VALID: &str = r#"{"name":"Ada","email":"ada@example.com","password":"correct horse"}"#;

/// Creates a shop in which hashing a password takes days. A request that reached the hash would end with 503.
async fn shop_that_cannot_hash() -> TestShop {
    TestShop::open_with(&[("BCRYPT_COST", "31")]).await
}

async fn send(shop: &TestShop, method: Method, content_type: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = Request::builder().method(method).uri("/api/v1/auth/register");
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    shop.visitor().send_raw(request.body(body.into()).expect("a request")).await
}

async fn post(shop: &TestShop, body: impl Into<Body>) -> Answer {
    send(shop, Method::POST, Some("application/json"), body).await
}

#[tokio::test]
async fn a_body_that_is_not_json_is_malformed() {
    let shop = shop_that_cannot_hash().await;
    let truncated = &VALID[..VALID.len() - 1];
    for body in [
        b"".to_vec(),
        b" ".to_vec(),
        b"name=Ada".to_vec(),
        truncated.as_bytes().to_vec(),
        format!("{VALID}x").into_bytes(),
        format!("{VALID}{VALID}").into_bytes(),
        format!("\u{feff}{VALID}").into_bytes(),
        VALID.replace("Ada", "A\nda").into_bytes(),
        VALID.replace('"', "'").into_bytes(),
        [&b"{\"name\":\"A\xff\","[..], &VALID.as_bytes()[14..]].concat(),
        VALID.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        format!("// a comment\n{VALID}").into_bytes(),
        b"NaN".to_vec(),
    ] {
        let shown = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(post(&shop, body).await.expect(400).at("/code"), "malformed_request", "{shown:?}");
    }
}

#[tokio::test]
async fn json_of_another_shape_is_rejected_field_by_field() {
    let shop = shop_that_cannot_hash().await;
    for (body, pointer, code) in [
        (r#"["Ada","ada@example.com","correct horse"]"#.to_owned(), "", "invalid_type"),
        ("null".to_owned(), "", "invalid_type"),
        ("7".to_owned(), "", "invalid_type"),
        (format!("[{VALID}]"), "", "invalid_type"),
        ("[".repeat(100_000) + &"]".repeat(100_000), "", "invalid_type"),
        (VALID.replace("}", &format!(",\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000))), "/a", "unknown"),
        (VALID.replace("}", r#","name":"Eve"}"#), "/name", "duplicate"),
        (VALID.replace("}", r#","pass\u0077ord":"another horse"}"#), "/password", "duplicate"),
        (VALID.replace("}", r#","a/b~c":1}"#), "/a~1b~0c", "unknown"),
        (VALID.replace("Ada", r"\ud800"), "/name", "invalid_type"),
        (VALID.replace("\"Ada\"", "1e999"), "/name", "invalid_type"),
    ] {
        let rejected = post(&shop, body.clone()).await.expect(422);
        let shown = &body[..body.len().min(80)];
        assert_eq!(
            (rejected.at("/errors/0/pointer"), rejected.at("/errors/0/code")),
            (&json!(pointer), &json!(code)),
            "{shown}"
        );
    }
    // An escaped field name is the same field.
    let shop = TestShop::open().await;
    post(&shop, VALID.replace("\"name\"", r#""n\u0061me""#)).await.expect(201);
}

#[tokio::test]
async fn the_response_to_many_unknown_fields_is_short() {
    let shop = shop_that_cannot_hash().await;
    let rejected = post(&shop, VALID.replace('}', &format!("{}}}", ",\"a\":1".repeat(40_000)))).await.expect(422);
    assert_eq!(rejected.at("/errors").as_array().map(Vec::len), Some(100));
    let query = "a&".repeat(5000);
    for path in [format!("/products?{query}"), format!("/products/categories?{query}"), format!("/health?{query}")] {
        let rejected = shop.visitor().get(&path).await.expect(400);
        assert_eq!(rejected.at("/errors").as_array().map(Vec::len), Some(100));
    }
}

#[tokio::test]
async fn long_texts_are_rejected_before_they_are_normalized() {
    let shop = shop_that_cannot_hash().await;
    for (field, valid) in [("/name", "Ada"), ("/email", "ada@example.com"), ("/password", "correct horse")] {
        // Compatibility normalization turns this character into eighteen.
        for text in ["\u{fdfa}".repeat(80_000), "\u{300}".repeat(120_000), "x".repeat(5000)] {
            let rejected = post(&shop, VALID.replace(valid, &text)).await.expect(422);
            assert_eq!(rejected.at("/errors/0/pointer"), field);
            assert_eq!(rejected.at("/errors/0/message"), "must have at most 4096 bytes", "{field}");
        }
    }
}

#[tokio::test]
async fn other_content_types_and_oversized_bodies_are_rejected() {
    let shop = TestShop::open().await;
    for content_type in [
        None,
        Some(""),
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("application/jsonp"),
        Some("application/json; charset=utf-16"),
        Some("multipart/form-data; boundary=x"),
    ] {
        let rejected = send(&shop, Method::POST, content_type, VALID).await.expect(415);
        assert_eq!(rejected.at("/code"), "unsupported_media_type", "{content_type:?}");
    }
    for size in [256 * 1024 + 1, 6 * 1024 * 1024] {
        let rejected = post(&shop, VALID.replace("Ada", &"x".repeat(size))).await.expect(413);
        assert_eq!(rejected.at("/code"), "payload_too_large");
    }
    for content_type in ["application/json; charset=UTF-8", "Application/JSON", "application/json;charset=\"utf-8\""] {
        let answer = send(&shop, Method::POST, Some(content_type), VALID).await;
        assert!([201, 409].contains(&answer.status.as_u16()), "{content_type}");
    }
}

#[tokio::test]
async fn another_method_is_rejected_with_the_allowed_ones() {
    let shop = TestShop::open().await;
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        let rejected = send(&shop, method, Some("application/json"), VALID).await.expect(405);
        assert_eq!(rejected.at("/code"), "method_not_allowed");
        assert_eq!(rejected.header("allow"), "POST");
        assert_eq!(rejected.header("content-type"), "application/problem+json");
    }
    let ada = shop.customer("ada").await;
    // A body on a GET is ignored.
    ada.send(Method::GET, "/auth/me", Some(json!({ "role": "admin" }))).await.expect(200);
}
