//! Concurrent checkouts: all stock is sold, and never more.

use super::buyers::{buy, buyer, count, stock_left};
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, TestShop};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use mongodb::bson::doc;

/// The number of concurrent requests. They share one process here, and more would wait for each other until their
/// deadline.
const CONCURRENCY: usize = 100;

/// Registers buyers with one item each and checks all of them out, [`CONCURRENCY`] at a time.
async fn check_out(shop: &TestShop, product: &ProductDoc, buyers: usize) -> Vec<Answer> {
    let names: Vec<_> = (0..buyers).map(|number| format!("buyer{number}")).collect();
    let buyers = stream::iter(&names).map(|name| buyer(shop, name, product, 1)).buffer_unordered(CONCURRENCY);
    let buyers: Vec<_> = buyers.collect().await;
    stream::iter(&buyers).map(|buyer| buy(buyer, "k")).buffer_unordered(CONCURRENCY).collect().await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_100_concurrent_buyers_of_the_last_item_one_succeeds() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1)])).await;
    let answers = check_out(&shop, &tee, 100).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for rejected in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(rejected.at("/code"), "insufficient_stock", "{:#}", rejected.body);
        assert_eq!(rejected.at("/items/0/available"), 0);
    }
    assert_eq!(stock_left(&shop, &tee).await, 0);
    assert_eq!(count(&shop, "orders", doc! {}).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_of_20_is_sold_to_20_of_400_concurrent_buyers() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 20)])).await;
    let answers = check_out(&shop, &tee, 400).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 20);
    assert_eq!(stock_left(&shop, &tee).await, 0);
    assert_eq!(count(&shop, "orders", doc! { "status": "pending" }).await, 20);
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_with_opposite_line_orders_sell_all_the_stock() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 10)])).await;
    let mug = shop.stock(product("Mug", 900, &[("MUG", 10)])).await;
    let names: Vec<_> = (0..40).map(|number| format!("buyer{number}")).collect();
    // Every second buyer fills the cart in reverse order.
    let buyers = join_all(names.iter().enumerate().map(|(number, name)| {
        let (first, second) = if number % 2 == 0 { (&tee, &mug) } else { (&mug, &tee) };
        let shop = &shop;
        async move {
            let buyer = buyer(shop, name, first, 1).await;
            buyer.post("/cart/items", cart_item(second, 1)).await.expect(200);
            buyer
        }
    }));
    let buyers = buyers.await;
    let answers = join_all(buyers.iter().map(|buyer| buy(buyer, "k"))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 10);
    assert_eq!((stock_left(&shop, &tee).await, stock_left(&shop, &mug).await), (0, 0));
}
