//! Idempotency keys: each belongs to one user, for a day.

use super::buyers::{buy, buyer};
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
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
    let (ada, bob) = (buyer(&shop, "ada", &tee, 1).await, buyer(&shop, "bob", &tee, 1).await);
    buy(&ada, "k1").await.expect(201);
    buy(&bob, "k0").await.expect(201);
    bob.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    buy(&bob, "k1").await.expect(201);
    let two_days_ago: Timestamp = shop.state().now().minus(Duration::from_hours(48));
    let orders = shop.database().collection::<Document>("orders");
    orders.update_many(doc! {}, doc! { "$set": { "created_at": two_days_ago } }).await.expect("an update");
    bob.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    buy(&bob, "k1").await.expect(201);
    let some = |key: &str| Some(key.to_owned());
    assert_eq!(keys(&shop).await, [some("k1"), some("k0"), None, some("k1")]);
}
