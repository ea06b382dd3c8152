//! Checkouts through a proxy: the limit of unpaid orders per address counts the addresses that it sends, within a limit of its
//! own.

use super::buyers::buy;
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, TestShop};

const SECRET: &str = "proxy-secret-proxy-secret-proxy-secret";

/// Creates a shop behind a proxy, with a product.
async fn open(limits: &[(&str, &str)]) -> (TestShop, ProductDoc) {
    let shop = TestShop::open_with(&[&[("PROXY_SECRET", SECRET)], limits].concat()).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    (shop, tee)
}

/// The client's requests as the proxy sends them on.
fn through_proxy(client: &Client, address: &str) -> Client {
    let client = client.at("198.51.100.1").with_header("x-ferrocart-proxy-secret", SECRET);
    client.with_header("x-ferrocart-client-address", address)
}

/// A new customer buys a product through the proxy.
async fn order(shop: &TestShop, tee: &ProductDoc, name: &str, address: &str) -> Answer {
    let buyer = through_proxy(&shop.customer(name).await, address);
    buyer.post("/cart/items", cart_item(tee, 1)).await.expect(200);
    buy(&buyer, "k1").await
}

#[tokio::test]
async fn unpaid_orders_through_a_proxy_are_counted_per_client() {
    let (shop, tee) = open(&[("MAX_UNPAID_ORDERS_PER_ADDRESS", "1")]).await;
    order(&shop, &tee, "ada", "203.0.113.7").await.expect(201);
    order(&shop, &tee, "bob", "203.0.113.7").await.expect(429);
    order(&shop, &tee, "cyd", "203.0.113.8").await.expect(201);
}

#[tokio::test]
async fn checkouts_through_a_proxy_have_an_upper_limit() {
    let (shop, tee) = open(&[("PROXY_CALLS_PER_HOUR", "2")]).await;
    for (name, address) in [("ada", "203.0.113.7"), ("bob", "203.0.113.8")] {
        order(&shop, &tee, name, address).await.expect(201);
    }
    let rejected = order(&shop, &tee, "cyd", "203.0.113.9").await.expect(429);
    assert_eq!(rejected.at("/code"), "rate_limited");
    // Clients without a proxy have no such limit.
    buy(&shop.customer("cyd2").await, "k1").await.expect(422);
}

#[tokio::test]
async fn without_a_limit_per_address_a_proxy_has_none() {
    let (shop, tee) = open(&[("PROXY_CALLS_PER_HOUR", "1"), ("MAX_UNPAID_ORDERS_PER_ADDRESS", "0")]).await;
    for (name, address) in [("ada", "203.0.113.7"), ("bob", "203.0.113.8")] {
        order(&shop, &tee, name, address).await.expect(201);
    }
}
