//! Limits of orders by guests.

use super::guest_orders::{guest_checkout, opener};
use crate::cart::guest;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Client, TestShop};
use serde_json::Value;

#[tokio::test]
async fn unpaid_orders_of_guests_are_limited_by_cart_and_by_address() {
    let shop = TestShop::open_with(&[("MAX_UNPAID_ORDERS_PER_ADDRESS", "4")]).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 99)])).await;
    let order = async |guest: &Client, key: &str| {
        guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
        guest_checkout(guest, key).await
    };
    let one = guest(&shop).await.at("203.0.113.7");
    for key in ["k1", "k2", "k3"] {
        order(&one, key).await.expect(201);
    }
    assert_eq!(order(&one, "k4").await.expect(409).at("/code"), "too_many_unpaid_orders");
    // The mail address is the same, and does not count: it may be that of another person.
    let two = guest(&shop).await.at("203.0.113.7");
    order(&two, "k1").await.expect(201);
    assert_eq!(order(&two, "k2").await.expect(429).at("/code"), "rate_limited");
    order(&two.at("203.0.113.8"), "k3").await.expect(201);
}

#[tokio::test]
async fn orders_of_guests_are_limited_by_address_even_if_they_are_cancelled() {
    let shop = TestShop::open_with(&[("ADDRESS_CALLS_PER_HOUR", "3")]).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 99)])).await;
    let guest = guest(&shop).await.at("203.0.113.7");
    let buy = async |guest: &Client, key: &str| {
        guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
        guest_checkout(guest, key).await
    };
    for key in ["k1", "k2", "k3"] {
        let (opener, path) = opener(&shop, &buy(&guest, key).await.expect(201));
        opener.post(&format!("{path}/cancel"), Value::Null).await.expect(200);
    }
    assert_eq!(buy(&guest, "k4").await.expect(429).at("/code"), "rate_limited");
    buy(&guest.at("203.0.113.8"), "k5").await.expect(201);
}
