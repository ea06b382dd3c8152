//! Idempotency keys: each belongs to one user, for a day.

use super::buyers::{buy, buyer};
use ferrocart::db::orders::OrderDoc;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::json;
use std::time::Duration;

/// Returns the idempotency keys of all orders, the oldest order first.
async fn keys(shop: &TestShop) -> Vec<Option<String>> {
    let mut found =
        shop.database().collection::<OrderDoc>("orders").find(doc! {}).sort(doc! { "_id": 1 }).await.expect("orders");
    let mut keys = Vec::new();
    while found.advance().await.expect("an order") {
        keys.push(found.deserialize_current().expect("an order").idempotency_key);
    }
    keys
}

#[tokio::test]
async fn a_key_is_valid_for_a_day() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let placed = buy(&ada, "k1").await.expect(201);
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    for (hours, is_replayed) in [(23, true), (25, false)] {
        let created_at = shop.state().now().minus(Duration::from_hours(hours));
        let orders = shop.database().collection::<Document>("orders");
        orders.update_many(doc! {}, doc! { "$set": { "created_at": created_at } }).await.expect("an update");
        assert_eq!(buy(&ada, "k1").await.expect(201).text("/id") == placed.text("/id"), is_replayed, "{hours} hours");
    }
}

#[tokio::test]
async fn the_key_of_another_user_reveals_nothing() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    buy(&buyer(&shop, "ada", &tee, 1).await, "k1").await.expect(201);
    let bob = shop.customer("bob").await;
    assert_eq!(buy(&bob, "k1").await.expect(422).at("/code"), &json!("empty_cart"));
}

#[tokio::test]
async fn an_expired_key_is_cleared_of_its_own_order_only() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let users = ["ada", "bob", "eve"];
    let [ada, bob, eve] = &join_all(users.map(|name| shop.customer(name))).await[..] else { panic!("three users") };
    // Other orders are older and newer than the one whose key has expired.
    let purchases = [(ada, "k1"), (bob, "k0"), (bob, "k1"), (bob, "k2"), (eve, "k1")];
    for (buyer, key) in purchases {
        buyer.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
        buy(buyer, key).await.expect(201);
    }
    let two_days_ago = shop.state().now().minus(Duration::from_hours(48));
    let paid = doc! { "created_at": two_days_ago, "status": "processing", "payment.status": "succeeded" };
    let orders = shop.database().collection::<Document>("orders");
    orders.update_many(doc! {}, doc! { "$set": paid }).await.expect("an update");
    bob.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    buy(bob, "k1").await.expect(201);
    let expected = [Some("k1"), Some("k0"), None, Some("k2"), Some("k1"), Some("k1")];
    assert_eq!(keys(&shop).await, expected.map(|key| key.map(str::to_owned)));
}

#[tokio::test]
async fn a_key_is_replayed_although_the_cart_was_bought_since() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let first = buy(&ada, "k1").await.expect(201);
    ada.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    let carts = shop.database().collection::<Document>("carts");
    let full = carts.find_one(doc! {}).await.expect("an answer").expect("a cart");
    buy(&ada, "k2").await.expect(201);
    // The second request crashed before it emptied the cart, so both orders match the third request.
    carts.replace_one(doc! {}, full).await.expect("a replacement");
    assert_eq!(buy(&ada, "k1").await.expect(201).text("/id"), first.text("/id"));
}
