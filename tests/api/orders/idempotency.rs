//! Idempotency: one key makes one order, and one cart makes one order.

use super::buyers::{buy, buyer, checkout_request, count, stock_left};
use ferrocart::db::new_id;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::json;

#[tokio::test]
async fn repeating_a_key_returns_the_same_order() {
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
async fn a_replay_keeps_items_added_to_the_cart_since() {
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
    let mut other = checkout_request();
    other["shipping_address"]["street"] = json!("2 Main Street");
    let answer = ada.with_header("idempotency-key", "k1").post("/orders", other).await.expect(422);
    assert_eq!(answer.at("/code"), "idempotency_key_reused");
}

#[tokio::test]
async fn a_key_cannot_be_used_with_another_expected_total() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await.with_header("idempotency-key", "k1");
    let expecting = |total| {
        let mut request = checkout_request();
        request["expected_total"] = total;
        ada.post("/orders", request)
    };
    let placed = expecting(json!(19.99)).await.expect(201);
    for other in [json!(20), json!(null)] {
        assert_eq!(expecting(other).await.expect(422).at("/code"), "idempotency_key_reused");
    }
    assert_eq!(expecting(json!(19.99)).await.expect(201).text("/id"), placed.text("/id"));
}

#[tokio::test]
async fn a_key_of_a_newer_order_is_not_cleared() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let placed = buy(&ada, "k1").await.expect(201).text("/id");
    // A request has found an order of yesterday under the key, and a concurrent one has replaced it by this order.
    let user = shop.user_id("ada@example.com").await;
    let yesterday = Timestamp::from_millis(shop.state().now().as_millis() - 24 * 3_600_000);
    shop.state().orders.clear_idempotency_key(user, "k1", yesterday).await.expect("an update");
    assert_eq!(buy(&ada, "k1").await.expect(201).text("/id"), placed);
}

#[tokio::test]
async fn a_key_belongs_to_one_user() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let first = buy(&buyer(&shop, "ada", &tee, 1).await, "k1").await.expect(201);
    let second = buy(&buyer(&shop, "bob", &tee, 1).await, "k1").await.expect(201);
    assert!(second.headers.get("idempotent-replayed").is_none());
    assert_ne!(first.text("/id"), second.text("/id"));
}

#[tokio::test]
async fn a_failed_checkout_frees_its_key() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let bobs = buy(&buyer(&shop, "bob", &tee, 1).await, "k").await.expect(201);
    buy(&ada, "k1").await.expect(409);
    let refill = doc! { "$set": { "variants.0.stock_quantity": 1 } };
    let products = shop.database().collection::<Document>("products");
    products.update_one(doc! { "_id": tee.id }, refill).await.expect("an update");
    let adas = buy(&ada, "k1").await.expect(201);
    assert_ne!(adas.text("/id"), bobs.text("/id"));
}

#[tokio::test]
async fn fifty_concurrent_requests_with_one_key_make_one_order() {
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
async fn concurrent_checkouts_of_one_cart_make_one_order() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let keys: Vec<_> = (0..20).map(|number| format!("k{number}")).collect();
    let answers = join_all(keys.iter().map(|key| buy(&ada, key))).await;
    let placed: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(placed.len(), 1);
    for rejected in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(rejected.at("/code"), "cart_already_ordered", "{:#}", rejected.body);
        assert_eq!(rejected.text("/order_id"), placed[0].text("/id"));
    }
    assert_eq!((count(&shop, "orders", doc! {}).await, stock_left(&shop, &tee).await), (1, 98));
}

#[tokio::test]
async fn a_repeated_checkout_names_the_order_until_the_cart_changes() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let order = buy(&ada, "k1").await.expect(201);
    let second = ada.post("/orders", checkout_request()).await.expect(409);
    assert_eq!((second.at("/code"), second.text("/order_id")), (&json!("cart_already_ordered"), order.text("/id")));
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    ada.delete("/cart").await.expect(200);
    assert_eq!(buy(&ada, "k2").await.expect(422).at("/code"), "empty_cart");
}

#[tokio::test]
async fn a_purchased_cart_that_was_not_emptied_is_not_bought_again() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let carts = shop.database().collection::<Document>("carts");
    let full = carts.find_one(doc! {}).await.expect("an answer").expect("a cart");
    let order = buy(&ada, "k1").await.expect(201);
    // The request that placed the order crashed before it emptied the cart.
    carts.replace_one(doc! {}, full).await.expect("a replacement");
    let again = buy(&ada, "k2").await.expect(409);
    assert_eq!((again.at("/code"), again.text("/order_id")), (&json!("cart_already_ordered"), order.text("/id")));
    assert_eq!(ada.get("/cart").await.at("/item_count"), 0);
    assert_eq!(stock_left(&shop, &tee).await, 3);
}

#[tokio::test]
async fn purchased_items_left_in_the_cart_are_not_bought_again() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let mug = shop.stock(product("Mug", 900, &[("MUG", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let carts = shop.database().collection::<Document>("carts");
    let full = carts.find_one(doc! {}).await.expect("an answer").expect("a cart");
    buy(&ada, "k1").await.expect(201);
    // The request that placed the order crashed before it emptied the cart.
    carts.replace_one(doc! {}, full).await.expect("a replacement");
    ada.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let order = buy(&ada, "k2").await.expect(201);
    assert_eq!((order.at("/items/0/sku"), order.body["items"].as_array().map(Vec::len)), (&json!("MUG"), Some(1)));
    assert_eq!(ada.get("/cart").await.at("/item_count"), 0);
    assert_eq!((stock_left(&shop, &tee).await, stock_left(&shop, &mug).await), (3, 4));
}

#[tokio::test]
async fn items_added_during_concurrent_checkouts_are_bought_once() {
    let shop = TestShop::open_with(&[("MAX_UNPAID_ORDERS", "0")]).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 90)])).await;
    let mugs: Vec<_> = (0..8).map(|number| product("Mug", 900, &[(&format!("MUG-{number}"), 9)])).collect();
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let mut stocked = Vec::new();
    for mug in mugs {
        stocked.push(shop.stock(mug).await);
    }
    join_all(stocked.iter().map(async |mug| {
        ada.post("/cart/items", cart_item(mug, 1)).await.expect(200);
        ada.post("/orders", checkout_request()).await
    }))
    .await;
    // Whichever of the eight succeeded, the rest of the cart can be bought.
    ada.post("/orders", checkout_request()).await;
    assert_eq!(ada.get("/cart").await.at("/item_count"), 0);
    assert_eq!(stock_left(&shop, &tee).await, 89);
    for mug in &stocked {
        assert_eq!(stock_left(&shop, mug).await, 8, "{:?}", mug.variants[0].sku);
    }
}

/// An order id that is older than any running request.
const OLD_ID: OrderId = OrderId::from_bytes([0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

/// Reserves two items for an order of the only cart, as a checkout does.
async fn add_hold(shop: &TestShop, order: OrderId) {
    let carts = shop.database().collection::<Document>("carts");
    let cart = carts.find_one(doc! {}).await.expect("an answer").expect("a cart");
    let hold = doc! { "order_id": order, "cart_id": cart.get("_id"), "sku": "TEE-M", "quantity": 2 };
    let reservation = doc! { "$push": { "holds": hold }, "$inc": { "variants.0.stock_quantity": -2 } };
    shop.database().collection::<Document>("products").update_one(doc! {}, reservation).await.expect("an update");
}

#[tokio::test]
async fn a_repetition_completes_a_checkout_that_crashed_after_its_order() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let placed = buy(&ada, "k1").await.expect(201);
    // As it was before the checkout removed the hold, which reserves the stock of the order.
    add_hold(&shop, placed.text("/id").parse().expect("an id")).await;
    let restored = doc! { "$inc": { "variants.0.stock_quantity": 2 } };
    shop.database().collection::<Document>("products").update_one(doc! {}, restored).await.expect("an update");
    assert_eq!(buy(&ada, "k1").await.expect(201).text("/id"), placed.text("/id"));
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
    assert_eq!(stock_left(&shop, &tee).await, 3);
}

#[tokio::test]
async fn the_next_checkout_undoes_a_crashed_one() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    add_hold(&shop, OLD_ID).await;
    let placed = buy(&ada, "k1").await.expect(201);
    assert!(placed.headers.get("idempotent-replayed").is_none());
    assert_ne!(placed.text("/id"), OLD_ID.to_string());
    assert_eq!(stock_left(&shop, &tee).await, 3);
    assert_eq!(count(&shop, "orders", doc! { "_id": OLD_ID, "abandoned_at": { "$exists": true } }).await, 1);
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
}

#[tokio::test]
async fn a_cart_with_a_running_checkout_is_not_bought_again() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 2)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    add_hold(&shop, new_id()).await;
    // The rest of the stock is held for the same cart.
    assert_eq!(buy(&ada, "k1").await.expect(409).at("/code"), "idempotency_in_progress");
    assert_eq!((stock_left(&shop, &tee).await, count(&shop, "orders", doc! {}).await), (0, 0));
}

#[tokio::test]
async fn a_retry_after_buying_the_last_item_reports_no_shortage() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let answers = join_all((0..8).map(|_| buy(&ada, "k1"))).await;
    let placed = answers.iter().find(|answer| answer.status == 201).expect("an order");
    for answer in &answers {
        match answer.status.as_u16() {
            201 => assert_eq!(answer.text("/id"), placed.text("/id")),
            _ => assert_eq!(answer.at("/code"), "idempotency_in_progress", "{:#}", answer.body),
        }
    }
    // A full cart, as left by a request that crashed before it emptied the cart, and no key.
    let carts = shop.database().collection::<Document>("carts");
    let line = doc! { "product_id": tee.id, "variant_sku": "TEE-M", "quantity": 1, "thumbnail": null };
    carts.update_one(doc! {}, doc! { "$set": { "items": [line], "purchases": 0_i64 } }).await.expect("an update");
    let again = ada.post("/orders", checkout_request()).await.expect(409);
    assert_eq!((again.at("/code"), again.text("/order_id")), (&json!("cart_already_ordered"), placed.text("/id")));
}

#[tokio::test]
async fn items_left_in_the_cart_by_a_cancelled_order_can_be_bought() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let carts = shop.database().collection::<Document>("carts");
    let full = carts.find_one(doc! {}).await.expect("an answer").expect("a cart");
    let first = buy(&ada, "k1").await.expect(201);
    // The request that placed the order crashed before it emptied the cart.
    carts.replace_one(doc! {}, full).await.expect("a replacement");
    ada.post(&format!("/orders/{}/cancel", first.text("/id")), json!(null)).await.expect(200);
    assert_eq!(buy(&ada, "k1").await.expect(201).text("/id"), first.text("/id"));
    let second = buy(&ada, "k2").await.expect(201);
    assert_ne!(second.text("/id"), first.text("/id"));
    assert_eq!((stock_left(&shop, &tee).await, ada.get("/cart").await.at("/item_count")), (3, &json!(0)));
}
