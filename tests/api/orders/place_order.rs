//! `POST /orders`

use super::buyers::{buy, buyer, checkout_request, count, stock_left};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use insta::assert_snapshot;
use mongodb::bson::doc;
use serde_json::{Value, json};

#[tokio::test]
async fn a_checkout_creates_an_order_with_a_payment_intent() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let order = ada.post("/orders", checkout_request()).await;
    assert_snapshot!(order.shown());
    assert_eq!(order.header("location"), format!("/api/v1/orders/{}", order.text("/id")));
    assert_eq!(stock_left(&shop, &tee).await, 3);
    assert_eq!(ada.get("/cart").await.at("/items"), &json!([]));
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
}

#[tokio::test]
async fn an_order_is_placed_while_stripe_is_unreachable() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let order = buyer(&shop, "ada", &tee, 1).await.post("/orders", checkout_request()).await.expect(201);
    assert_eq!(order.at("/payment/status"), "requires_payment");
    assert_eq!(order.at("/payment/client_secret"), &Value::Null);
}

#[tokio::test]
async fn an_order_keeps_its_copy_of_a_stored_address() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let stored =
        ada.post("/auth/me/addresses", checkout_request()["shipping_address"].clone()).await.expect(201).text("/id");
    let order = ada.post("/orders", json!({ "shipping_address_id": stored })).await.expect(201);
    ada.delete(&format!("/auth/me/addresses/{stored}")).await.expect(204);
    let receipt = ada.get(&format!("/orders/{}", order.text("/id"))).await.expect(200);
    assert_eq!(receipt.at("/shipping_address/street"), "1 Main Street");
}

#[tokio::test]
async fn an_invalid_request_buys_nothing() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let other_users =
        shop.customer("bob").await.post("/auth/me/addresses", checkout_request()["shipping_address"].clone()).await;
    let address = checkout_request()["shipping_address"].clone();
    let mut no_street = address.clone();
    no_street["street"] = json!({ "$gt": "" });
    for (body, pointer) in [
        (json!({}), "/shipping_address_id"),
        (json!({ "shipping_address_id": other_users.text("/id") }), "/shipping_address_id"),
        (json!({ "shipping_address_id": "x" }), "/shipping_address_id"),
        (json!({ "shipping_address_id": other_users.text("/id"), "shipping_address": address }), "/shipping_address"),
        (json!({ "shipping_address": no_street }), "/shipping_address/street"),
        (json!({ "shipping_address": [address] }), "/shipping_address"),
        (json!({ "shipping_address": address, "expected_total": 19.999 }), "/expected_total"),
        (json!({ "shipping_address": address, "expected_total": "19.99" }), "/expected_total"),
        (json!({ "shipping_address": address, "total_amount": 0.01 }), "/total_amount"),
    ] {
        let answer = ada.post("/orders", body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {:#}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), pointer, "{body}");
    }
    for key in ["", "a b", &"x".repeat(256), "\u{e4}"] {
        let header = axum::http::HeaderValue::from_bytes(key.as_bytes()).expect("a header");
        let request = axum::http::Request::post("/api/v1/orders")
            .header("content-type", "application/json")
            .header("idempotency-key", header)
            .body(checkout_request().to_string().into())
            .expect("a request");
        assert_eq!(ada.send_raw(request).await.expect(400).at("/code"), "malformed_request", "{key}");
    }
    assert_eq!(stock_left(&shop, &tee).await, 5);
    assert_eq!(count(&shop, "orders", doc! {}).await, 0);
}

#[tokio::test]
async fn an_empty_cart_cannot_be_bought() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    assert_snapshot!(ada.post("/orders", checkout_request()).await.shown());
}

#[tokio::test]
async fn every_insufficient_line_is_reported_and_nothing_reserved() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let mug = shop.stock(product("Mug", 900, &[("MUG", 5)])).await;
    let cap = shop.stock(product("Cap", 1500, &[("CAP", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 4).await;
    ada.post("/cart/items", cart_item(&mug, 3)).await.expect(200);
    ada.post("/cart/items", cart_item(&cap, 1)).await.expect(200);
    for product in [&tee, &mug] {
        let bob = buyer(&shop, product.name.as_str(), product, 3).await;
        buy(&bob, "k").await.expect(201);
    }
    let answer = ada.post("/orders", checkout_request()).await.expect(409);
    assert_eq!(answer.at("/code"), "insufficient_stock");
    assert_eq!(
        answer.at("/items"),
        &json!([
            { "sku": "TEE-M", "requested": 4, "available": 2 },
            { "sku": "MUG", "requested": 3, "available": 2 },
        ])
    );
    assert_eq!(
        (stock_left(&shop, &tee).await, stock_left(&shop, &mug).await, stock_left(&shop, &cap).await),
        (2, 2, 5)
    );
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
    assert_eq!(ada.get("/cart").await.at("/item_count"), 8);
}

#[tokio::test]
async fn an_inactive_product_is_not_sold() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    shop.state().products.deactivate(tee.id, shop.state().now()).await.expect("an answer");
    let answer = ada.post("/orders", checkout_request()).await.expect(409);
    assert_eq!((answer.at("/code"), answer.at("/skus")), (&json!("product_unavailable"), &json!(["TEE-M"])));
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn a_total_other_than_the_expected_one_buys_nothing() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let mut body = checkout_request();
    body["expected_total"] = json!(39.97);
    assert_snapshot!(ada.post("/orders", body.clone()).await.shown());
    assert_eq!(stock_left(&shop, &tee).await, 5);
    body["expected_total"] = json!(39.98);
    ada.post("/orders", body).await.expect(201);
}

#[tokio::test]
async fn a_free_order_needs_no_payment() {
    let shop = TestShop::open().await;
    let sample = shop.stock(product("Sample", 0, &[("SAMPLE", 5)])).await;
    let order = buyer(&shop, "ada", &sample, 1).await.post("/orders", checkout_request()).await.expect(201);
    assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("processing"), &json!("succeeded")));
}

#[tokio::test]
async fn a_total_above_the_charge_limit_is_rejected() {
    let shop = TestShop::open().await;
    let ring = shop.stock(product("Ring", 60_000_000, &[("RING", 5)])).await;
    let ada = buyer(&shop, "ada", &ring, 2).await;
    ada.post("/orders", checkout_request()).await.expect(422);
    assert_eq!(stock_left(&shop, &ring).await, 5);
}

#[tokio::test]
async fn an_order_keeps_its_prices() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let order = ada.post("/orders", checkout_request()).await.expect(201);
    let products = shop.database().collection::<mongodb::bson::Document>("products");
    let raised_price = doc! { "$set": { "base_price": 9999_i64, "name": "Dear Tee" } };
    products.update_one(doc! { "_id": tee.id }, raised_price).await.expect("an update");
    let receipt = ada.get(&format!("/orders/{}", order.text("/id"))).await.expect(200);
    assert_eq!(receipt.at("/items"), order.at("/items"));
}
