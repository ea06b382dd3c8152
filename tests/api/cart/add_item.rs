//! `POST /cart/items`

use super::{INVALID_QUANTITIES, send_text};
use axum::http::Method;
use ferrocart::db::carts::CartItem;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn an_added_item_is_shown_with_its_price() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5), ("TEE-L", 5)])).await;
    let ada = shop.customer("ada").await;
    assert_snapshot!(ada.post("/cart/items", cart_item(&tee, 2)).await.shown());
}

#[tokio::test]
async fn the_same_sku_again_adds_to_its_line() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let mug = shop.stock(product("Mug", 500, &[("MUG", 9)])).await;
    let ada = shop.customer("ada").await;
    for (product, quantity) in [(&tee, 2), (&mug, 1), (&tee, 3)] {
        ada.post("/cart/items", cart_item(product, quantity)).await.expect(200);
    }
    let cart = ada.get("/cart").await.expect(200);
    let lines: Vec<_> = cart.at("/items").as_array().expect("lines").iter().map(|line| &line["quantity"]).collect();
    assert_eq!(lines, [5, 1]);
    assert_eq!((cart.at("/item_count"), cart.at("/subtotal")), (&json!(6), &json!(104.95)));
}

#[tokio::test]
async fn a_cart_is_private_to_its_owner() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    ada.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    assert_eq!(bob.get("/cart").await.expect(200).at("/items"), &json!([]));
    bob.put("/cart/items/TEE-M", json!({ "quantity": 9 })).await.expect(404);
    bob.delete("/cart/items/TEE-M").await.expect(404);
    bob.delete("/cart").await.expect(200);
    bob.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    assert_eq!(ada.get("/cart").await.expect(200).at("/items/0/quantity"), 2);
}

#[tokio::test]
async fn invalid_quantities_are_rejected() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1000)])).await;
    let ada = shop.customer("ada").await;
    for (quantity, code) in INVALID_QUANTITIES {
        let body = format!(r#"{{"product_id":"{}","variant_sku":"TEE-M","quantity":{quantity}}}"#, tee.id);
        let answer = send_text(&ada, Method::POST, "/cart/items", body).await.expect(422);
        assert_eq!(answer.at("/errors/0/pointer"), "/quantity", "{quantity}");
        assert_eq!(answer.at("/errors/0/code"), code, "{quantity}");
    }
    assert_eq!(ada.get("/cart").await.expect(200).at("/items"), &json!([]));
}

#[tokio::test]
async fn every_invalid_field_is_reported() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let bad = json!({ "product_id": { "$ne": null }, "variant_sku": "a b", "price": 0.01, "user_id": "me" });
    assert_snapshot!(ada.post("/cart/items", bad).await.shown());
}

#[tokio::test]
async fn a_line_holds_at_most_99_items_over_several_requests() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1000)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&tee, 98)).await.expect(200);
    let rejected = ada.post("/cart/items", cart_item(&tee, 2)).await.expect(422);
    assert_eq!(rejected.at("/errors/0/pointer"), "/quantity");
    assert_eq!(ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200).at("/item_count"), 99);
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(422);
}

#[tokio::test]
async fn insufficient_stock_is_rejected_with_the_available_quantity() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5), ("TEE-L", 50)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    let rejected = ada.post("/cart/items", cart_item(&tee, 3)).await;
    assert_snapshot!(rejected.shown());
    let sold_out = shop.stock(product("Mug", 500, &[("MUG", 0)])).await;
    let rejected = ada.post("/cart/items", cart_item(&sold_out, 1)).await.expect(409);
    assert_eq!(rejected.at("/items/0"), &json!({ "sku": "MUG", "requested": 1, "available": 0 }));
}

#[tokio::test]
async fn unavailable_products_are_rejected_alike_for_every_reason() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let mut hidden = product("Hidden", 1999, &[("HIDDEN", 5)]);
    hidden.is_active = false;
    let hidden = shop.stock(hidden).await;
    let ada = shop.customer("ada").await;
    let cases = [
        (hidden.id.to_string(), "HIDDEN"),
        (tee.id.to_string(), "HIDDEN"),
        (tee.id.to_string(), "tee-m"),
        ("000000000000000000000000".to_owned(), "TEE-M"),
    ];
    for (product, sku) in cases {
        let item = json!({ "product_id": product, "variant_sku": sku, "quantity": 1 });
        let rejected = ada.post("/cart/items", item).await.expect(409);
        assert_eq!(rejected.at("/code"), "product_unavailable", "{sku}");
        assert_eq!(rejected.at("/skus"), &json!([sku]));
    }
}

#[tokio::test]
async fn a_cart_has_at_most_50_lines() {
    let shop = TestShop::open().await;
    let skus: Vec<String> = (0..51).map(|number| format!("SKU-{number}")).collect();
    let variants: Vec<(&str, i64)> = skus.iter().map(|sku| (sku.as_str(), 9)).collect();
    let many = shop.stock(product("Many", 100, &variants)).await;
    let ada = shop.customer("ada").await;
    let add = |sku: &str| json!({ "product_id": many.id.to_string(), "variant_sku": sku, "quantity": 1 });
    for sku in &skus[..50] {
        ada.post("/cart/items", add(sku)).await.expect(200);
    }
    let rejected = ada.post("/cart/items", add(&skus[50])).await.expect(422);
    assert_eq!(rejected.at("/errors/0/code"), "too_many");
    // Existing lines can still grow, and removing one makes room.
    ada.post("/cart/items", add(&skus[0])).await.expect(200);
    ada.delete("/cart/items/SKU-7").await.expect(200);
    assert_eq!(ada.post("/cart/items", add(&skus[50])).await.expect(200).at("/item_count"), 51);
}

#[tokio::test]
async fn a_sku_moved_to_another_product_replaces_its_old_line() {
    let shop = TestShop::open().await;
    let old = shop.stock(product("Old", 100, &[("OLD", 9)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&old, 5)).await.expect(200);
    let products = shop.database().collection::<mongodb::bson::Document>("products");
    products.delete_one(mongodb::bson::doc! { "_id": old.id }).await.expect("no product");
    let new = shop.stock(product("New", 300, &[("OLD", 9)])).await;
    let cart = ada.post("/cart/items", cart_item(&new, 2)).await.expect(200);
    assert_eq!(cart.at("/items").as_array().map(Vec::len), Some(1));
    assert_eq!((cart.at("/items/0/name"), cart.at("/subtotal")), (&json!("New"), &json!(6.00)));
}

/// Adds the item several times concurrently.
async fn add_concurrently(client: &Client, item: &Value, times: usize) -> Vec<Answer> {
    join_all((0..times).map(|_| {
        tokio::spawn({
            let (client, item) = (client.clone(), item.clone());
            async move { client.post("/cart/items", item).await }
        })
    }))
    .await
    .into_iter()
    .map(|answer| answer.expect("an answer"))
    .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_adds_are_all_counted_in_one_line() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1000)])).await;
    let ada = shop.customer("ada").await;
    for answer in add_concurrently(&ada, &cart_item(&tee, 1), 50).await {
        answer.expect(200);
    }
    let cart = ada.get("/cart").await.expect(200);
    assert_eq!(cart.at("/items").as_array().map(Vec::len), Some(1));
    assert_eq!(cart.at("/item_count"), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_adds_stop_at_the_stock_and_at_99() {
    let shop = TestShop::open().await;
    for (sku, stock, limit, status) in [("SHORT", 20, 20, 409), ("PLENTY", 1000, 98, 422)] {
        let name = format!("{sku} thing");
        let product = shop.stock(product(&name, 100, &[(sku, stock)])).await;
        let ada = shop.customer(&sku.to_lowercase()).await;
        let answers = add_concurrently(&ada, &cart_item(&product, 2), 60).await;
        let (added, rejected): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(added.len(), limit / 2, "{sku}");
        assert!(rejected.iter().all(|answer| answer.status == status), "{sku}");
        assert_eq!(ada.get("/cart").await.expect(200).at("/item_count"), limit, "{sku}");
    }
}

#[tokio::test]
async fn a_concurrent_request_adds_no_line_over_50() {
    let shop = TestShop::open().await;
    let skus: Vec<String> = (0..51).map(|number| format!("TEE-{number}")).collect();
    let stocks: Vec<(&str, i64)> = skus.iter().map(|sku| (sku.as_str(), 9)).collect();
    let tee = shop.stock(product("Tee", 1999, &stocks)).await;
    let ada = shop.customer("ada").await;
    let user = shop.user_id("ada@example.com").await;
    let add_line = async |sku: &str| {
        let (variant_sku, quantity) = (sku.parse().expect("a SKU"), 1.try_into().expect("a quantity"));
        let item = CartItem { product_id: tee.id, variant_sku, quantity, thumbnail: None };
        shop.state().carts.add_line(user, &item, shop.state().now()).await.expect("a result")
    };
    for sku in &skus[..50] {
        assert!(add_line(sku).await.is_some(), "{sku}");
    }
    // This request has read the cart before the fiftieth line was added.
    assert!(add_line(&skus[50]).await.is_none());
    assert_eq!(ada.get("/cart").await.expect(200).at("/item_count"), 50);
}
