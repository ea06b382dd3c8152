//! One key, one order; one cart, one order.

use super::buyers::{buy, buyer, count, stock_left, wish};
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use futures_util::future::join_all;
use mongodb::bson::doc;
use serde_json::json;

#[tokio::test]
async fn the_same_key_gives_the_same_order() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let first = buy(&ada, "k1").await.expect(201);
    assert!(first.headers.get("idempotent-replayed").is_none());
    let again = buy(&ada, "k1").await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(stock_left(&shop, &tee).await, 4);
}

#[tokio::test]
async fn a_replay_leaves_what_was_put_into_the_cart_since() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    buy(&ada, "k1").await.expect(201);
    ada.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    buy(&ada, "k1").await.expect(201);
    assert_eq!(ada.get("/cart").await.at("/item_count"), 2);
}

#[tokio::test]
async fn a_key_cannot_be_used_for_another_request() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    buy(&ada, "k1").await.expect(201);
    let mut other = wish();
    other["shipping_address"]["street"] = json!("2 Main Street");
    let answer = ada.with_header("idempotency-key", "k1").post("/orders", other).await.expect(422);
    assert_eq!(answer.at("/code"), "idempotency_key_reused");
}

#[tokio::test]
async fn a_key_is_its_users_own() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let first = buy(&buyer(&shop, "ada", &tee, 1).await, "k1").await.expect(201);
    let second = buy(&buyer(&shop, "bob", &tee, 1).await, "k1").await.expect(201);
    assert!(second.headers.get("idempotent-replayed").is_none());
    assert_ne!(first.text("/id"), second.text("/id"));
}

#[tokio::test]
async fn a_try_that_failed_frees_its_key() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let bobs = buy(&buyer(&shop, "bob", &tee, 1).await, "k").await.expect(201);
    buy(&ada, "k1").await.expect(409);
    let refill = doc! { "$set": { "variants.0.stock_quantity": 1 } };
    let products = shop.database().collection::<mongodb::bson::Document>("products");
    products.update_one(doc! { "_id": tee.id }, refill).await.expect("an update");
    let adas = buy(&ada, "k1").await.expect(201);
    assert_ne!(adas.text("/id"), bobs.text("/id"));
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let old = buy(&ada, "k1").await.expect(201).text("/id");
    let yesterday = Timestamp::from_millis(shop.state().now().as_millis() - 25 * 3_600_000);
    let orders = shop.database().collection::<mongodb::bson::Document>("orders");
    orders.update_one(doc! {}, doc! { "$set": { "created_at": yesterday } }).await.expect("an update");
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    assert_ne!(buy(&ada, "k1").await.expect(201).text("/id"), old);
}

#[tokio::test]
async fn one_key_50_times_at_once_makes_one_order() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let answers = join_all((0..50).map(|_| buy(&ada, "k1"))).await;
    let placed: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert!(!placed.is_empty());
    for answer in &answers {
        match answer.status.as_u16() {
            201 => assert_eq!(answer.text("/id"), placed[0].text("/id")),
            _ => assert_eq!(answer.at("/code"), "idempotency_in_progress", "{:#}", answer.body),
        }
    }
    assert_eq!(placed.iter().filter(|answer| answer.headers.get("idempotent-replayed").is_none()).count(), 1);
    assert_eq!((count(&shop, "orders", doc! {}).await, stock_left(&shop, &tee).await), (1, 98));
}

#[tokio::test]
async fn many_keys_for_one_cart_make_one_order() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let keys: Vec<_> = (0..20).map(|number| format!("k{number}")).collect();
    let answers = join_all(keys.iter().map(|key| buy(&ada, key))).await;
    let placed: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(placed.len(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.at("/code"), "cart_already_ordered", "{:#}", refused.body);
        assert_eq!(refused.text("/order_id"), placed[0].text("/id"));
    }
    assert_eq!((count(&shop, "orders", doc! {}).await, stock_left(&shop, &tee).await), (1, 98));
}

#[tokio::test]
async fn a_second_click_hears_of_the_order_and_a_later_one_of_the_empty_cart() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let order = buy(&ada, "k1").await.expect(201);
    let second = ada.post("/orders", wish()).await.expect(409);
    assert_eq!((second.at("/code"), second.text("/order_id")), (&json!("cart_already_ordered"), order.text("/id")));
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    ada.delete("/cart").await.expect(200);
    assert_eq!(buy(&ada, "k2").await.expect(422).at("/code"), "empty_cart");
}

#[tokio::test]
async fn a_cart_that_was_bought_and_not_emptied_yet_is_not_bought_again() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let carts = shop.database().collection::<mongodb::bson::Document>("carts");
    let full = carts.find_one(doc! {}).await.expect("an answer").expect("a cart");
    let order = buy(&ada, "k1").await.expect(201);
    // The request that placed the order died before it emptied the cart.
    carts.replace_one(doc! {}, full).await.expect("a replacement");
    let again = buy(&ada, "k2").await.expect(409);
    assert_eq!((again.at("/code"), again.text("/order_id")), (&json!("cart_already_ordered"), order.text("/id")));
    assert_eq!(ada.get("/cart").await.at("/item_count"), 0);
    assert_eq!(stock_left(&shop, &tee).await, 3);
}

#[tokio::test]
async fn what_was_bought_and_is_still_in_the_cart_is_not_bought_with_what_came_after() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let mug = shop.stock(product("Mug", 900, &[("MUG", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let carts = shop.database().collection::<mongodb::bson::Document>("carts");
    let full = carts.find_one(doc! {}).await.expect("an answer").expect("a cart");
    buy(&ada, "k1").await.expect(201);
    // The request that placed the order died before it emptied the cart, and nobody noticed.
    carts.replace_one(doc! {}, full).await.expect("a replacement");
    ada.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let order = buy(&ada, "k2").await.expect(201);
    assert_eq!((order.at("/items/0/sku"), order.body["items"].as_array().map(Vec::len)), (&json!("MUG"), Some(1)));
    assert_eq!(ada.get("/cart").await.at("/item_count"), 0);
    assert_eq!((stock_left(&shop, &tee).await, stock_left(&shop, &mug).await), (3, 4));
}

#[tokio::test]
async fn what_is_put_into_the_cart_while_it_is_bought_several_times_is_bought_once() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 90)])).await;
    let mugs: Vec<_> = (0..8).map(|number| product("Mug", 900, &[(&format!("MUG-{number}"), 9)])).collect();
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let mut stocked = Vec::new();
    for mug in mugs {
        stocked.push(shop.stock(mug).await);
    }
    join_all(stocked.iter().map(async |mug| {
        ada.post("/cart/items", cart_item(mug, 1)).await.expect(200);
        ada.post("/orders", wish()).await
    }))
    .await;
    // Whatever the eight requests came to, what is left in the cart can be bought.
    ada.post("/orders", wish()).await;
    assert_eq!(ada.get("/cart").await.at("/item_count"), 0);
    assert_eq!(stock_left(&shop, &tee).await, 89);
    for mug in &stocked {
        assert_eq!(stock_left(&shop, mug).await, 8, "{:?}", mug.variants[0].sku);
    }
}

#[tokio::test]
async fn a_request_that_died_midway_is_undone_by_the_next_one() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    // What a request leaves that was killed right after it had taken the stock.
    let order = buy(&ada, "k1").await.expect(201).text("/id");
    let orders = shop.database().collection::<mongodb::bson::Document>("orders");
    let placed = orders.find_one(doc! {}).await.expect("an answer").expect("an order");
    let long_ago = Timestamp::from_millis(shop.state().now().as_millis() - 60_000);
    let lines = doc! { "product_id": tee.id, "sku": "TEE-M", "quantity": 2 };
    let reserving = doc! {
        "_id": placed.get("_id"), "status": "reserving", "user_id": placed.get("user_id"),
        "cart_id": placed.get("cart_id"), "cart_version": placed.get("cart_version"), "lines": [lines],
        "shipping_address": placed.get("shipping_address"), "reserved_at": long_ago,
        "idempotency_key": "k1", "request_digest": placed.get("request_digest"),
    };
    orders.replace_one(doc! {}, reserving).await.expect("a replacement");
    let hold = doc! { "order_id": placed.get("_id"), "sku": "TEE-M", "quantity": 2 };
    let products = shop.database().collection::<mongodb::bson::Document>("products");
    products.update_one(doc! {}, doc! { "$set": { "holds": [hold] } }).await.expect("an update");
    ada.post("/cart/items", cart_item(&tee, 2)).await.expect(200);

    let again = buy(&ada, "k1").await.expect(201);
    assert!(again.headers.get("idempotent-replayed").is_none());
    assert_ne!(again.text("/id"), order);
    assert_eq!((count(&shop, "orders", doc! {}).await, stock_left(&shop, &tee).await), (1, 3));
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
}
