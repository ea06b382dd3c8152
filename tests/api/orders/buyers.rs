//! Shared steps of the checkout tests: a buyer with a filled cart, a purchase, counts.

use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::cart_item;
use ferrocart_tests::{Answer, Client, TestShop};
use mongodb::options::ReadConcern;
use serde_json::{Value, json};

/// Registers a customer and puts a quantity of a product's first variant into the cart.
pub(crate) async fn buyer(shop: &TestShop, name: &str, product: &ProductDoc, quantity: i64) -> Client {
    let buyer = shop.customer(name).await;
    buyer.post("/cart/items", cart_item(product, quantity)).await.expect(200);
    buyer
}

/// The body of `POST /orders`.
pub(crate) fn checkout_request() -> Value {
    json!({ "shipping_address": {
        "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701",
    } })
}

/// Buys the cart under an idempotency key.
pub(crate) async fn buy(buyer: &Client, key: &str) -> Answer {
    buyer.with_header("idempotency-key", key).post("/orders", checkout_request()).await
}

/// Returns the stock of a product's first variant.
pub(crate) async fn stock_left(shop: &TestShop, product: &ProductDoc) -> u32 {
    let product = shop.state().products.get(product.id).await.expect("a result").expect("a product");
    product.variants[0].stock_quantity.get()
}

/// Counts the matching documents of a collection with read concern `local`, because not every write waits for a
/// majority of the replica set.
pub(crate) async fn count(shop: &TestShop, collection: &str, filter: mongodb::bson::Document) -> u64 {
    let collection = shop.database().collection::<mongodb::bson::Document>(collection);
    collection.count_documents(filter).read_concern(ReadConcern::local()).await.expect("a count")
}
