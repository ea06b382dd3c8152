//! `PUT /cart/items/{id}`

use super::{INVALID_QUANTITIES, send_text};
use axum::http::Method;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use insta::assert_snapshot;
use mongodb::bson::{Document, doc};
use serde_json::json;

#[tokio::test]
async fn a_quantity_is_set_not_added() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    assert_snapshot!(ada.put("/cart/items/TEE-M", json!({ "quantity": 9 })).await.shown());
}

#[tokio::test]
async fn invalid_quantities_are_rejected_and_change_nothing() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1000)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    for (quantity, code) in INVALID_QUANTITIES {
        let body = format!(r#"{{"quantity":{quantity}}}"#);
        let answer = send_text(&ada, Method::PUT, "/cart/items/TEE-M", body).await.expect(422);
        assert_eq!(answer.at("/errors/0/code"), code, "{quantity}");
    }
    ada.put("/cart/items/TEE-M", json!({ "quantity": 1, "unit_price": 0 })).await.expect(422);
    assert_eq!(ada.get("/cart").await.expect(200).at("/items/0/quantity"), 3);
}

#[tokio::test]
async fn a_missing_line_is_not_found() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = shop.customer("ada").await;
    ada.put("/cart/items/TEE-M", json!({ "quantity": 1 })).await.expect(404);
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    for sku in ["tee-m", "TEE-L", "no%20sku", "TEE%2FM", &"x".repeat(65)] {
        ada.put(&format!("/cart/items/{sku}"), json!({ "quantity": 1 })).await.expect(404);
    }
}

#[tokio::test]
async fn insufficient_stock_and_inactive_products_are_rejected() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    let rejected = ada.put("/cart/items/TEE-M", json!({ "quantity": 6 })).await.expect(409);
    assert_eq!(rejected.at("/items"), &json!([{ "sku": "TEE-M", "requested": 6, "available": 5 }]));
    let products = shop.database().collection::<Document>("products");
    products.update_one(doc! {}, doc! { "$set": { "is_active": false } }).await.expect("an update");
    let rejected = ada.put("/cart/items/TEE-M", json!({ "quantity": 2 })).await.expect(409);
    assert_eq!(rejected.at("/code"), "product_unavailable");
}
