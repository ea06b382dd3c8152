//! `PATCH /products/{id}` and `PATCH /products/{id}/variants/{sku}`

use super::tee_with;
use axum::body::Body;
use axum::http::Request;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Creates the tee; returns the administrator, the product, and its path.
async fn open() -> (TestShop, Client, Answer, String) {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = admin.post("/products", tee_with("/compare_at_price", json!(25))).await.expect(201);
    let path = format!("/products/{}", tee.text("/id"));
    (shop, admin, tee, path)
}

/// The fields in which two responses differ.
fn changes(before: &Answer, after: &Answer) -> Vec<String> {
    let (before, after) = (before.body.as_object().expect("an object"), after.body.as_object().expect("an object"));
    let names = after.keys().filter(|name| before.get(*name) != after.get(*name));
    names.filter(|name| !["version", "updated_at"].contains(&name.as_str())).cloned().collect()
}

#[tokio::test]
async fn a_patch_changes_only_the_fields_that_it_names() {
    let (_shop, admin, tee, path) = open().await;
    let [front, back] = ["https://images.example.com/tee.jpg", "https://images.example.com/back.jpg"];
    let mut before = tee;
    for (patch, changed) in [
        (json!({}), &[][..]),
        (json!({ "name": "Crab Tee" }), &["name"]),
        (json!({ "base_price": 18.5 }), &["base_price", "variants"]),
        (json!({ "compare_at_price": null }), &["compare_at_price", "variants"]),
        (json!({ "seo": { "title": "Crabs" } }), &["seo"]),
        (json!({ "seo": { "description": "All about crabs" } }), &["seo"]),
        (json!({ "seo": { "title": null } }), &["seo"]),
        (json!({ "tags": ["New"] }), &["tags"]),
        (json!({ "slug": "crab-tee" }), &["slug"]),
        (json!({ "is_active": false }), &["is_active"]),
        (json!({ "image_details": [{ "url": back, "alt": "Back" }, { "url": front }] }), &["image_details", "images"]),
        (json!({ "images": [front, back] }), &["image_details", "images"]),
        (json!({ "image_details": null }), &["image_details"]),
        (json!({ "options": [{ "name": "Color" }] }), &["options"]),
        (json!({ "images": null }), &["image_details", "images"]),
        (json!({ "variants": [{ "sku": "TEE-M", "size": "M" }] }), &["options", "variants"]),
    ] {
        let after = admin.patch(&path, patch.clone()).await.expect(200);
        assert_eq!(changes(&before, &after), changed, "{patch}");
        assert_eq!(after.header("etag"), format!("\"{}\"", after.at("/version")));
        before = after;
    }
    assert_eq!(before.at("/seo"), &json!({ "title": null, "description": "All about crabs" }));
    assert_eq!((before.at("/images"), before.at("/image_details")), (&json!([]), &json!([])));
    assert_eq!(before.at("/variants/0/stock_quantity"), &json!(5));
}

#[tokio::test]
async fn the_patched_product_must_be_valid() {
    let (_shop, admin, tee, path) = open().await;
    for (patch, pointer, code) in [
        (json!({ "name": null }), "/name", "required"),
        (json!({ "name": 7 }), "/name", "invalid_type"),
        (json!({ "base_price": 25 }), "/compare_at_price", "out_of_range"),
        (json!({ "variants": null }), "/variants", "required"),
        (json!({ "variants": [] }), "/variants", "invalid_length"),
        (json!({ "variants": { "0": {} } }), "/variants", "invalid_type"),
        (json!({ "variants": [{ "size": "M" }] }), "/variants/0/sku", "required"),
        (json!({ "version": 1 }), "/version", "unknown"),
        (json!({ "seo": { "keywords": "x" } }), "/seo/keywords", "unknown"),
    ] {
        let rejected = admin.patch(&path, patch.clone()).await.expect(422);
        let first = (rejected.at("/errors/0/pointer"), rejected.at("/errors/0/code"));
        assert_eq!(first, (&json!(pointer), &json!(code)), "{patch}");
    }
    for malformed in [json!([]), json!("x"), Value::Null] {
        admin.patch(&path, malformed).await.expect(400);
    }
    assert_eq!(changes(&tee, &admin.get(&path).await.expect(200)), [""; 0]);
    admin.patch("/products/0123456789abcdef01234567", json!({})).await.expect(404);
}

#[tokio::test]
async fn a_patch_is_sent_as_merge_patch_or_json() {
    let (_shop, admin, tee, path) = open().await;
    let send = async |content_type: &str| {
        let request = Request::patch(format!("/api/v1{path}")).header("content-type", content_type);
        let body = Body::from(r#"{"name":"Crab Tee","name":"Crab Tee"}"#);
        admin.send_raw(request.body(body).expect("a request")).await
    };
    for accepted in ["application/merge-patch+json", "application/merge-patch+json; charset=utf-8", "application/json"]
    {
        let repeated = send(accepted).await.expect(422);
        assert_eq!(repeated.at("/errors/0/code"), "duplicate");
    }
    for rejected in ["text/plain", "application/json-patch+json", "application/xml"] {
        send(rejected).await.expect(415);
    }
    let body = Body::from(tee.body.to_string());
    let request = Request::put(format!("/api/v1{path}")).header("content-type", "application/merge-patch+json");
    admin.send_raw(request.body(body).expect("a request")).await.expect(415);
}

#[tokio::test]
async fn a_patch_with_an_outdated_version_is_rejected() {
    let (_shop, admin, _, path) = open().await;
    let first = admin.with_header("if-match", "\"1\"");
    first.patch(&path, json!({ "name": "Crab Tee" })).await.expect(200);
    assert_eq!(first.patch(&path, json!({ "name": "Late Tee" })).await.expect(412).at("/code"), "version_mismatch");
    first.patch(&format!("{path}/variants/TEE-M"), json!({ "size": "S" })).await.expect(412);
    admin.with_header("if-match", "*").patch(&path, json!({ "name": "Any Tee" })).await.expect(200);
    admin.with_header("if-match", "\"99\"").patch(&path, json!({ "name": "Future Tee" })).await.expect(412);
}

#[tokio::test]
async fn sales_do_not_reject_a_patch_that_keeps_the_stock() {
    let shop = TestShop::open().await;
    let (admin, buyer) = (shop.admin().await, shop.customer("ada").await);
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    buyer.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    buyer.post("/orders", crate::orders::buyers::checkout_request()).await.expect(201);
    let seen = admin.with_header("if-match", "\"1\"");
    let path = format!("/products/{}", tee.id);
    seen.patch(&path, json!({ "variants": [{ "sku": "TEE-M", "stock_quantity": 9 }] })).await.expect(412);
    seen.patch(&format!("{path}/variants/TEE-M"), json!({ "stock_quantity": 9 })).await.expect(412);
    let patched = seen.patch(&path, json!({ "name": "Crab Tee" })).await.expect(200);
    assert_eq!(patched.at("/variants/0/stock_quantity"), &json!(3));
}

#[tokio::test]
async fn concurrent_patches_of_different_fields_all_take_effect() {
    let (_shop, admin, _, path) = open().await;
    let patches = [json!({ "name": "Crab Tee" }), json!({ "category": "Crabs" }), json!({ "tags": ["New"] })];
    join_all(patches.map(async |patch| admin.patch(&path, patch).await.expect(200))).await;
    let tee = admin.get(&path).await.expect(200);
    assert_eq!(
        (tee.at("/name"), tee.at("/category"), tee.at("/tags")),
        (&json!("Crab Tee"), &json!("Crabs"), &json!(["New"]))
    );
}

#[tokio::test]
async fn a_patch_of_a_variant_changes_that_variant_alone() {
    let (_shop, admin, tee, path) = open().await;
    let variant = format!("{path}/variants/TEE-XL");
    for (patch, pointer, value) in [
        (json!({ "color": "Blue" }), "/variants/1/color", json!("Blue")),
        (
            json!({ "options": { "Material": "Wool" } }),
            "/variants/1/options",
            json!({ "Size": "XL", "Color": "Blue", "Material": "Wool" }),
        ),
        (json!({ "options": { "size": "XXL" } }), "/variants/1/size", json!("XXL")),
        (json!({ "options": { "Material": null } }), "/variants/1/options", json!({ "Size": "XXL", "Color": "Blue" })),
        (json!({ "size": null }), "/variants/1/size", Value::Null),
        (json!({ "price_modifier": -1 }), "/variants/1/price", json!(18.99)),
        (json!({ "stock_quantity": 7 }), "/variants/1/stock_quantity", json!(7)),
        (json!({ "sku": "TEE-XL" }), "/variants/1/stock_quantity", json!(7)),
    ] {
        let patched = admin.patch(&variant, patch.clone()).await.expect(200);
        assert_eq!(patched.at(pointer), &value, "{patch}");
        assert_eq!(patched.at("/variants/0"), tee.at("/variants/0"), "{patch}");
        assert_eq!(
            changes(&tee, &patched).iter().filter(|name| !["variants", "options"].contains(&name.as_str())).count(),
            0
        );
    }
    for (patch, pointer, code) in [
        (json!({ "price_modifier": -20 }), "/price_modifier", "negative"),
        (json!({ "sku": "OTHER" }), "/sku", "mismatch"),
        (json!({ "sku": "TEE-M" }), "/sku", "duplicate"),
        (json!({ "name": "x" }), "/name", "unknown"),
        (json!({ "stock_quantity": -1 }), "/stock_quantity", "out_of_range"),
    ] {
        let rejected = admin.patch(&variant, patch.clone()).await.expect(422);
        let first = (rejected.at("/errors/0/pointer"), rejected.at("/errors/0/code"));
        assert_eq!(first, (&json!(pointer), &json!(code)), "{patch}");
    }
    for unknown in [
        format!("{path}/variants/NONE"),
        format!("{path}/variants/a%20b"),
        "/products/0123456789abcdef01234567/variants/TEE-M".to_owned(),
    ] {
        admin.patch(&unknown, json!({})).await.expect(404);
    }
}
