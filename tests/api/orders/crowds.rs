//! Many buyers at once: stock is sold to the last piece, and never beyond.

use super::buyers::{buy, buyer, count, stock_left};
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, TestShop};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use mongodb::bson::doc;

/// How many requests are under way at once. All share one process here, and more would only wait
/// for each other until the deadline of a request.
const AT_ONCE: usize = 100;

/// Lets that many buyers with one piece each in their carts buy, as many at once as there can be.
async fn rush(shop: &TestShop, product: &ProductDoc, buyers: usize) -> Vec<Answer> {
    let names: Vec<_> = (0..buyers).map(|number| format!("buyer{number}")).collect();
    let buyers = stream::iter(&names).map(|name| buyer(shop, name, product, 1)).buffer_unordered(AT_ONCE);
    let buyers: Vec<_> = buyers.collect().await;
    stream::iter(&buyers).map(|buyer| buy(buyer, "k")).buffer_unordered(AT_ONCE).collect().await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_100_buyers_of_the_last_piece_one_gets_it() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1)])).await;
    let answers = rush(&shop, &tee, 100).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.at("/code"), "insufficient_stock", "{:#}", refused.body);
        assert_eq!(refused.at("/items/0/available"), 0);
    }
    assert_eq!(stock_left(&shop, &tee).await, 0);
    assert_eq!(count(&shop, "orders", doc! {}).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_pieces_are_sold_to_twenty_of_400_buyers() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 20)])).await;
    let answers = rush(&shop, &tee, 400).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 20);
    assert_eq!(stock_left(&shop, &tee).await, 0);
    assert_eq!(count(&shop, "orders", doc! { "status": "pending" }).await, 20);
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_buyers_of_the_last_of_two_things_do_not_both_lose() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 10)])).await;
    let mug = shop.stock(product("Mug", 900, &[("MUG", 10)])).await;
    let names: Vec<_> = (0..40).map(|number| format!("buyer{number}")).collect();
    // Half of them fill their carts the other way round.
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
