//! The database round trips of a checkout, each of which the buyer waits for, as recorded by MongoDB's profiler.

use super::buyers::{buy, buyer};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use mongodb::bson::{Document, doc};

/// Checks a cart out and returns the operations on carts, orders and products, such as `query carts`. They are sorted,
/// because some run concurrently.
async fn checkout_operations(shop: &TestShop, client: &ferrocart_tests::Client, status: u16) -> Vec<String> {
    shop.database().run_command(doc! { "profile": 2 }).await.expect("a profiler");
    buy(client, "k1").await.expect(status);
    shop.database().run_command(doc! { "profile": 0 }).await.expect("no profiler");
    let profile = shop.database().collection::<Document>("system.profile");
    let mut found = profile.find(doc! {}).sort(doc! { "$natural": 1 }).await.expect("a profile");
    let mut operations = Vec::new();
    while found.advance().await.expect("a profile") {
        let operation = found.deserialize_current().expect("a document");
        let (_, collection) = operation.get_str("ns").expect("a collection").split_once('.').expect("a collection");
        if ["carts", "orders", "products"].contains(&collection) {
            let command = operation.get_document("command").expect("a command");
            let name = if command.contains_key("findAndModify") {
                "findAndModify"
            } else {
                operation.get_str("op").expect("a kind")
            };
            operations.push(format!("{name} {collection}"));
        }
    }
    operations.sort();
    operations
}

#[tokio::test]
async fn a_checkout_of_one_product_takes_five_operations() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let expected = ["command carts", "findAndModify products", "insert orders", "update carts", "update products"];
    assert_eq!(checkout_operations(&shop, &ada, 201).await, expected);
}

#[tokio::test]
async fn an_insufficient_stock_error_takes_four_operations() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 1)])).await;
    let (ada, bob) = (buyer(&shop, "ada", &tee, 1).await, buyer(&shop, "bob", &tee, 1).await);
    buy(&bob, "k1").await.expect(201);
    let expected = ["command carts", "findAndModify products", "query orders", "query products"];
    assert_eq!(checkout_operations(&shop, &ada, 409).await, expected);
}
