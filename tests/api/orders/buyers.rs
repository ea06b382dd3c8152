//! What the tests of checkout have in common: a buyer with something in the cart.

use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::cart_item;
use ferrocart_tests::{Answer, Client, TestShop};
use mongodb::options::ReadConcern;
use serde_json::{Value, json};

/// A customer with that many pieces of a product's first variant in the cart.
pub(crate) async fn buyer(shop: &TestShop, name: &str, product: &ProductDoc, pieces: i64) -> Client {
    let buyer = shop.customer(name).await;
    buyer.post("/cart/items", cart_item(product, pieces)).await.expect(200);
    buyer
}

/// A request to buy what is in the cart.
pub(crate) fn wish() -> Value {
    json!({ "shipping_address": {
        "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701",
    } })
}

/// Buys what is in the cart, under a key.
pub(crate) async fn buy(buyer: &Client, key: &str) -> Answer {
    buyer.with_header("idempotency-key", key).post("/orders", wish()).await
}

/// How many pieces of a product's first variant are left.
pub(crate) async fn stock_left(shop: &TestShop, product: &ProductDoc) -> u32 {
    let product = shop.state().products.get(product.id).await.expect("an answer").expect("a product");
    product.variants[0].stock_quantity.get()
}

/// How many documents a collection has that match, at this moment: not every write waits for what
/// else there may be of a replica set.
pub(crate) async fn count(shop: &TestShop, collection: &str, filter: mongodb::bson::Document) -> u64 {
    let collection = shop.database().collection::<mongodb::bson::Document>(collection);
    collection.count_documents(filter).read_concern(ReadConcern::local()).await.expect("a count")
}
