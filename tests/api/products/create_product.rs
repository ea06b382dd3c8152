//! `POST /products`

use super::{tee, tee_with, tee_without};
use axum::body::Body;
use axum::http::Request;
use ferrocart_tests::TestShop;
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn an_administrator_creates_a_product() {
    let shop = TestShop::open().await;
    let answer = shop.admin().await.post("/products", tee()).await.expect(201);
    assert_eq!(answer.header("location"), format!("/api/v1/products/{}", answer.text("/id")));
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_snapshot!(answer.shown());

    let seen = shop.visitor().get(&format!("/products/{}", answer.text("/id"))).await.expect(200);
    assert_eq!(seen.body, answer.body);
}

#[tokio::test]
async fn optional_fields_have_defaults() {
    let shop = TestShop::open().await;
    let minimal = json!({
        "name": "Mug", "description": "", "category": "Kitchen", "base_price": 0,
        "variants": [{ "sku": "MUG" }],
    });
    let mug = shop.admin().await.post("/products", minimal).await.expect(201);
    assert_eq!(*mug.at("/images"), json!([]));
    assert_eq!(*mug.at("/is_active"), json!(true));
    let variant = json!({
        "sku": "MUG", "size": null, "color": null, "options": {}, "stock_quantity": 0, "price_modifier": 0.0, "price": 0.0,
        "compare_at_price": null,
    });
    assert_eq!(*mug.at("/variants/0"), variant);
}

#[tokio::test]
async fn all_invalid_and_contradictory_fields_are_reported_at_once() {
    let shop = TestShop::open().await;
    let bad = json!({
        "name": "", "category": "a\u{202E}b", "base_price": 1, "images": ["javascript:alert(1)"], "is_active": "yes",
        "id": "000000000000000000000000",
        "variants": [
            { "sku": "A", "stock_quantity": -1 },
            { "sku": "A", "price_modifier": -1.01 },
            { "sku": "B B", "price_modifier": -1 },
            "C",
        ],
    });
    assert_snapshot!(shop.admin().await.post("/products", bad).await.shown());
}

#[tokio::test]
async fn an_invalid_field_is_reported_by_its_pointer() {
    let url = "https://images.example.com/tee.jpg";
    assert_each_rejected(vec![
        ("/name", json!("x".repeat(201))),
        ("/name", json!({ "$gt": "" })),
        ("/name", json!(["Tee"])),
        ("/name", json!(7)),
        ("/name", Value::Null),
        ("/description", json!("x".repeat(10_001))),
        ("/description", json!("a\0b")),
        ("/category", json!("  ")),
        ("/base_price", json!("19.99")),
        ("/base_price", json!(19.999)),
        ("/base_price", json!(0.00001)),
        ("/base_price", json!(-0.01)),
        ("/base_price", json!(1e300)),
        ("/base_price", json!(1_000_000)),
        ("/base_price", json!(true)),
        ("/base_price", json!({ "$gt": 0 })),
        ("/base_price", Value::Null),
        ("/images", json!(url)),
        ("/images", json!({ "0": url })),
        ("/images", json!(vec![url; 21])),
        ("/images/1", json!("/relative.jpg")),
        ("/images/1", json!("ftp://example.com/tee.jpg")),
        ("/images/1", json!(7)),
        ("/is_active", json!(1)),
        ("/is_active", json!("true")),
        ("/id", json!("000000000000000000000000")),
        ("/_id", json!("000000000000000000000000")),
        ("/version", json!(7)),
        ("/$set", json!({ "is_active": false })),
        ("", json!([tee()])),
        ("", json!("tee")),
        ("", Value::Null),
    ])
    .await;
}

#[tokio::test]
async fn an_invalid_variant_is_reported_by_its_pointer() {
    assert_each_rejected(vec![
        ("/variants", json!([])),
        ("/variants", json!({})),
        ("/variants", json!("TEE-M")),
        ("/variants", variants(101)),
        ("/variants", Value::Null),
        ("/variants/1", json!([])),
        ("/variants/1", Value::Null),
        ("/variants/1/sku", json!("TEE-M")),
        ("/variants/1/sku", json!("")),
        ("/variants/1/sku", json!("TEE XL")),
        ("/variants/1/sku", json!("x".repeat(65))),
        ("/variants/1/sku", json!({ "$ne": null })),
        ("/variants/1/sku", json!(7)),
        ("/variants/1/size", json!(42)),
        ("/variants/1/stock_quantity", json!(-1)),
        ("/variants/1/stock_quantity", json!(1.5)),
        ("/variants/1/stock_quantity", json!("1")),
        ("/variants/1/stock_quantity", json!(true)),
        ("/variants/1/stock_quantity", json!(1_u64 << 31)),
        ("/variants/1/stock_quantity", json!(1_u64 << 63)),
        ("/variants/1/price_modifier", json!(-20.00)),
        ("/variants/1/price_modifier", json!(999_999.99)),
        ("/variants/1/price_modifier", json!("2.50")),
        ("/variants/1/price", json!(1)),
    ])
    .await;
}

#[tokio::test]
async fn a_product_can_have_100_variants() {
    let shop = TestShop::open().await;
    let created = shop.admin().await.post("/products", tee_with("/variants", variants(100))).await.expect(201);
    assert_eq!(created.text("/variants/99/sku"), "SKU-99");
}

#[tokio::test]
async fn missing_fields_are_reported_as_required() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for pointer in ["/name", "/description", "/category", "/base_price", "/variants", "/variants/1/sku"] {
        let answer = admin.post("/products", tee_without(pointer)).await.expect(422);
        assert_eq!(answer.text("/errors/0/pointer"), pointer);
        assert_eq!(answer.text("/errors/0/code"), "required");
    }
}

/// Asserts that each invalid part, in an otherwise valid product, is the only error reported.
async fn assert_each_rejected(parts: Vec<(&str, Value)>) {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (pointer, value) in parts {
        let answer = admin.post("/products", tee_with(pointer, value.clone())).await.expect(422);
        assert_eq!(answer.text("/code"), "validation_failed");
        assert_eq!(answer.text("/errors/0/pointer"), pointer, "{value}: {:#}", answer.body);
        assert_eq!(answer.at("/errors").as_array().map(Vec::len), Some(1), "{value}: {:#}", answer.body);
    }
    assert_eq!(stored_products(&shop).await, 0, "a rejected request stores nothing");
}

fn variants(count: usize) -> Value {
    (0..count).map(|n| json!({ "sku": format!("SKU-{n}") })).collect()
}

#[tokio::test]
async fn a_body_that_is_not_one_json_object_is_rejected() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = tee().to_string();
    let twice = tee.replacen("\"name\"", "\"name\":\"Other\",\"name\"", 1);
    for (content_type, body, status, code) in [
        ("application/json", twice.clone().into_bytes(), 422, "validation_failed"),
        ("application/json", tee[1..].into(), 400, "malformed_request"),
        ("application/json", [tee.as_bytes(), b"{}"].concat(), 400, "malformed_request"),
        ("application/json", [b"\xEF\xBB\xBF", tee.as_bytes()].concat(), 400, "malformed_request"),
        ("application/json", tee.replace("Rust", "\u{FF}").into_bytes()[..20].into(), 400, "malformed_request"),
        ("application/json", tee.replace("19.99", "NaN").into_bytes(), 400, "malformed_request"),
        ("application/json", tee.replace("19.99", "1e400").into_bytes(), 422, "validation_failed"),
        (
            "application/json",
            tee.replace("19.99", "19.99000000000000000000000000000001").into(),
            422,
            "validation_failed",
        ),
        (
            "application/json",
            tee.replace("\"stock_quantity\":5", "\"stock_quantity\":5e0").into(),
            422,
            "validation_failed",
        ),
        ("application/json", "[".repeat(100_000).into_bytes(), 400, "malformed_request"),
        ("application/json", Vec::new(), 400, "malformed_request"),
        ("application/json", vec![b' '; 256 * 1024 + 1], 413, "payload_too_large"),
        ("text/plain", tee.clone().into_bytes(), 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"name=Tee".into(), 415, "unsupported_media_type"),
    ] {
        let request = Request::post("/api/v1/products").header("content-type", content_type);
        let shown = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        let answer = admin.send_raw(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!((answer.status.as_u16(), answer.text("/code").as_str()), (status, code), "{shown}");
    }
    let request = Request::post("/api/v1/products").header("content-type", "application/json");
    let answer = admin.send_raw(request.body(Body::from(twice)).expect("a request")).await;
    assert_eq!(answer.text("/errors/0/pointer"), "/name");
    assert_eq!(answer.text("/errors/0/code"), "duplicate");
}

#[tokio::test]
async fn a_sku_is_unique_in_the_whole_catalogue() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    admin.post("/products", tee()).await.expect(201);
    let other = json!({
        "name": "Other", "description": "", "category": "Shirts", "base_price": 1,
        "variants": [{ "sku": "NEW" }, { "sku": "TEE-XL" }],
    });
    assert_snapshot!(admin.post("/products", other).await.shown());
}

#[tokio::test]
async fn of_10_concurrent_products_with_one_sku_one_is_created() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let answers = join_all((0..10).map(|_| admin.post("/products", tee()))).await;
    let count = |status| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(201), count(409)), (1, 9));
    assert_eq!(stored_products(&shop).await, 1);
}

#[tokio::test]
async fn only_administrators_may_create_products() {
    let shop = TestShop::open().await;
    shop.visitor().post("/products", tee()).await.expect(401);
    shop.customer("ada").await.post("/products", tee()).await.expect(403);
    // The role is checked before the body, so a customer gets no validation errors.
    shop.customer("eve").await.post("/products", json!({})).await.expect(403);
    assert_eq!(stored_products(&shop).await, 0);
}

async fn stored_products(shop: &TestShop) -> u64 {
    let products = shop.database().collection::<mongodb::bson::Document>("products");
    products.count_documents(mongodb::bson::doc! {}).await.expect("a count")
}
