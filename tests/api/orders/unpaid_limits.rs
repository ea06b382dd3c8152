//! Limits of unpaid orders: an order that is not paid keeps stock that others could buy.

use super::buyers::{buy, buyer, count};
use crate::stripe_webhook::{deliver, event};
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

/// Creates a shop with these settings, a product, and a buyer with an empty cart.
async fn open(settings: &[(&str, &str)]) -> (TestShop, ProductDoc, Client) {
    let shop = TestShop::open_with(settings).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    let ada = shop.customer("ada").await;
    (shop, tee, ada)
}

/// Puts a product into the cart and buys it under a key.
async fn order(buyer: &Client, product: &ProductDoc, key: &str) -> Answer {
    buyer.post("/cart/items", cart_item(product, 1)).await.expect(200);
    buy(buyer, key).await
}

async fn update_order(shop: &TestShop, id: &str, update: Document) {
    let id = mongodb::bson::oid::ObjectId::parse_str(id).expect("an id");
    let orders = shop.database().collection::<Document>("orders");
    orders.update_one(doc! { "_id": id }, update).await.expect("an update");
}

#[tokio::test]
async fn a_fourth_unpaid_order_is_rejected_with_the_ids_of_the_others() {
    let (shop, tee, ada) = open(&[]).await;
    let mut ids = Vec::new();
    for key in ["k1", "k2", "k3"] {
        ids.push(order(&ada, &tee, key).await.expect(201).text("/id"));
    }
    // The unpaid orders of others do not count.
    order(&shop.customer("bob").await, &tee, "k1").await.expect(201);
    let rejected = order(&ada, &tee, "k4").await.expect(409);
    assert_eq!(rejected.at("/code"), "too_many_unpaid_orders");
    let mut named: Vec<_> = rejected.at("/order_ids").as_array().expect("ids").clone();
    named.sort_by_key(ToString::to_string);
    assert_eq!(json!(named), json!(ids));
    assert_eq!(count(&shop, "orders", doc! {}).await, 4);
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
    // A replay is no new order.
    assert_eq!(buy(&ada, "k3").await.expect(201).text("/id"), ids[2]);
    // A cancelled order is not unpaid.
    ada.post(&format!("/orders/{}/cancel", ids[0]), Value::Null).await.expect(200);
    buy(&ada, "k4").await.expect(201);
}

#[tokio::test]
async fn paid_orders_and_payments_in_processing_do_not_count() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    let ada = shop.customer("ada").await;
    let paid = order(&ada, &tee, "k1").await.expect(201);
    deliver(&shop, &event("evt_1", "payment_intent.succeeded", &paid, |_| {})).await.expect(200);
    let debited = order(&ada, &tee, "k2").await.expect(201);
    stripe.confirm(&debited.text("/payment/intent_id"), ferrocart_tests::BANK_ACCOUNT).await;
    deliver(&shop, &event("evt_2", "payment_intent.processing", &debited, |_| {})).await.expect(200);
    for key in ["k3", "k4", "k5"] {
        order(&ada, &tee, key).await.expect(201);
    }
    assert_eq!(order(&ada, &tee, "k6").await.expect(409).at("/code"), "too_many_unpaid_orders");
    // A payment that fails makes its order unpaid again.
    update_order(&shop, &debited.text("/id"), doc! { "$set": { "payment.status": "failed" } }).await;
    let rejected = buy(&ada, "k7").await.expect(409);
    assert_eq!(rejected.at("/order_ids").as_array().map(Vec::len), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_checkouts_of_one_buyer_stay_within_the_limit() {
    let (shop, tee, ada) = open(&[]).await;
    let mut skus = Vec::new();
    for number in 0..20 {
        skus.push(shop.stock(product("Mug", 900, &[(&format!("MUG-{number}"), 9)])).await);
    }
    let keys: Vec<_> = (0..20).map(|number| format!("k{number}")).collect();
    for _ in 0..3 {
        join_all(skus.iter().zip(&keys).map(async |(mug, key)| {
            ada.post("/cart/items", cart_item(mug, 1)).await;
            buy(&ada, key).await;
        }))
        .await;
        assert!(count(&shop, "orders", doc! { "status": "pending" }).await <= 3);
    }
    // Further ones reach the limit, however many of the parallel ones were placed.
    for key in ["a", "b", "c"] {
        order(&ada, &tee, key).await;
    }
    assert_eq!(count(&shop, "orders", doc! { "status": "pending" }).await, 3);
}

#[tokio::test]
async fn the_limit_per_buyer_is_a_setting() {
    let (_shop, tee, ada) = open(&[("MAX_UNPAID_ORDERS", "1")]).await;
    order(&ada, &tee, "k1").await.expect(201);
    order(&ada, &tee, "k2").await.expect(409);
    let (_shop, tee, ada) = open(&[("MAX_UNPAID_ORDERS", "0")]).await;
    for key in ["k1", "k2", "k3", "k4", "k5"] {
        order(&ada, &tee, key).await.expect(201);
    }
}

#[tokio::test]
async fn unpaid_orders_from_one_address_are_limited() {
    let (shop, tee, _) = open(&[("MAX_UNPAID_ORDERS_PER_ADDRESS", "2")]).await;
    let at = async |name: &str, address: &str| shop.customer(name).await.at(address);
    let first = order(&at("a", "2001:db8:1:2::1").await, &tee, "k").await.expect(201);
    let bob = at("b", "2001:db8:1:2:ffff::9").await;
    order(&bob, &tee, "k").await.expect(201);
    // The third buyer is in the same /64 network.
    let carol = at("c", "2001:db8:1:2:3::3").await;
    let rejected = order(&carol, &tee, "k").await.expect(429);
    assert_eq!(rejected.at("/code"), "rate_limited");
    assert_eq!(rejected.header("retry-after"), "60");
    for id in [first.text("/id"), first.text("/user_id")] {
        assert!(!rejected.body.to_string().contains(&id), "{:#}", rejected.body);
    }
    // A replay is no new order, and another network has its own limit.
    buy(&bob, "k").await.expect(201);
    buy(&carol.at("2001:db8:1:3::3"), "k").await.expect(201);
    order(&at("d", "203.0.113.7").await, &tee, "k").await.expect(201);
}

#[tokio::test]
async fn an_address_is_stored_as_a_hash_until_the_order_ends() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    let ada = shop.customer("ada").await.at("203.0.113.7");
    let orders = shop.database().collection::<Document>("orders");
    let (cancelled, paid) = (order(&ada, &tee, "k1").await.expect(201), order(&ada, &tee, "k2").await.expect(201));
    let stored = orders.find_one(doc! {}).await.expect("a result").expect("an order");
    assert_eq!(stored.get_str("network").expect("a hash").len(), 64);
    assert!(!stored.to_string().contains("203.0.113.7"));
    assert!(!paid.body.to_string().contains(stored.get_str("network").expect("a hash")));
    ada.post(&format!("/orders/{}/cancel", cancelled.text("/id")), Value::Null).await.expect(200);
    stripe.confirm(&paid.text("/payment/intent_id"), "pm_card_visa").await;
    deliver(&shop, &event("evt_1", "payment_intent.succeeded", &paid, |_| {})).await.expect(200);
    assert_eq!(count(&shop, "orders", doc! { "network": { "$exists": true } }).await, 0);
}

#[tokio::test]
async fn without_a_limit_per_address_no_hash_is_stored() {
    let (shop, tee, ada) = open(&[("MAX_UNPAID_ORDERS_PER_ADDRESS", "0")]).await;
    order(&ada, &tee, "k1").await.expect(201);
    assert_eq!(count(&shop, "orders", doc! { "network": { "$exists": true } }).await, 0);
}

#[tokio::test]
async fn an_erased_order_has_no_address() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    let ada = shop.customer("ada").await;
    order(&ada.at("203.0.113.7"), &tee, "k1").await.expect(201);
    let password = json!({ "password": "correct horse" });
    ada.send(axum::http::Method::DELETE, "/auth/me", Some(password)).await.expect(204);
    let later = doc! { "$set": { "expires_at": shop.state().now().minus(std::time::Duration::from_mins(1)) } };
    shop.database().collection::<Document>("orders").update_many(doc! {}, later).await.expect("an update");
    ferrocart_maintenance::run(shop.state().clone()).await.expect("a report");
    assert_eq!(count(&shop, "orders", doc! { "status": "cancelled", "network": { "$exists": false } }).await, 1);
}

#[tokio::test]
async fn a_rejected_checkout_keeps_the_cart() {
    let shop = TestShop::open_with(&[("MAX_UNPAID_ORDERS", "1")]).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    buy(&ada, "k1").await.expect(201);
    order(&ada, &tee, "k2").await.expect(409);
    assert_eq!(ada.get("/cart").await.expect(200).at("/item_count"), 1);
}

#[tokio::test]
async fn a_free_order_is_placed_beside_unpaid_ones() {
    let (shop, tee, ada) = open(&[("MAX_UNPAID_ORDERS_PER_ADDRESS", "3")]).await;
    let sticker = shop.stock(product("Sticker", 0, &[("STICKER", 9)])).await;
    for key in ["k1", "k2", "k3"] {
        order(&ada, &tee, key).await.expect(201);
    }
    assert_eq!(order(&ada, &sticker, "k4").await.expect(201).at("/status"), "processing");
    assert_eq!(order(&ada, &tee, "k5").await.expect(409).at("/code"), "too_many_unpaid_orders");
}
