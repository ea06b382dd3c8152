//! `GET /cart`

use ferrocart::domain::money::Money;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use insta::assert_snapshot;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

#[tokio::test]
async fn reading_a_missing_cart_shows_an_empty_one_and_writes_nothing() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    assert_snapshot!(ada.get("/cart").await.shown());
    let carts = shop.database().collection::<Document>("carts");
    assert_eq!(carts.count_documents(doc! {}).await.expect("a count"), 0);
}

#[tokio::test]
async fn prices_are_the_current_ones_of_the_catalogue() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5), ("TEE-L", 5)])).await;
    let ada = shop.customer("ada").await;
    let cart = ada.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    assert_eq!(cart.at("/subtotal"), &json!(59.97));
    let products = shop.database().collection::<Document>("products");
    let raised_price =
        doc! { "$set": { "base_price": 2500_i64, "variants.0.price_modifier": -1_i64, "name": "Better tee" } };
    products.update_one(doc! { "_id": tee.id }, raised_price).await.expect("an update");
    let cart = ada.get("/cart").await.expect(200);
    assert_eq!(cart.at("/items/0/unit_price"), &json!(24.99));
    assert_eq!(cart.at("/items/0/line_total"), &json!(74.97));
    assert_eq!(cart.at("/items/0/name"), "Better tee");
    assert_eq!(cart.at("/subtotal"), &json!(74.97));
}

#[tokio::test]
async fn amounts_have_the_decimals_of_the_store_currency() {
    let shop = TestShop::open_with(&[("STORE_CURRENCY", "JPY")]).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = shop.customer("ada").await;
    let cart = ada.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    assert_eq!((cart.at("/currency"), cart.at("/subtotal")), (&json!("JPY"), &json!(3998)));
}

/// Creates a cart with five lines, of which only the first can still be bought.
async fn cart_with_unavailable_lines() -> (TestShop, ferrocart_tests::Client) {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let good = product("Good", 1000, &[("GOOD", 5)]);
    let short = product("Short", 100, &[("SHORT", 5)]);
    let hidden = product("Hidden", 10, &[("HIDDEN", 5)]);
    let reshaped = product("Reshaped", 7, &[("OLD", 5)]);
    let gone = product("Gone", 1, &[("GONE", 5)]);
    for product in [&good, &short, &hidden, &reshaped, &gone] {
        shop.state().products.insert(product).await.expect("a product");
        ada.post("/cart/items", cart_item(product, 3)).await.expect(200);
    }
    let products = shop.database().collection::<Document>("products");
    let changes = [
        (short.id, doc! { "variants.0.stock_quantity": 2_i64 }),
        (hidden.id, doc! { "is_active": false, "base_price": 77_i64, "images": ["https://example.com/secret.jpg"] }),
        (reshaped.id, doc! { "variants.0.sku": "NEW" }),
    ];
    for (id, change) in changes {
        products.update_one(doc! { "_id": id }, doc! { "$set": change }).await.expect("an update");
    }
    products.delete_one(doc! { "_id": gone.id }).await.expect("a deletion");
    (shop, ada)
}

#[tokio::test]
async fn unavailable_lines_stay_and_are_marked() {
    let (_shop, ada) = cart_with_unavailable_lines().await;
    let cart = ada.get("/cart").await;
    assert_snapshot!(cart.shown());
}

#[tokio::test]
async fn an_inactive_product_shows_no_price_stock_or_new_image() {
    let (_shop, ada) = cart_with_unavailable_lines().await;
    let cart = ada.get("/cart").await.expect(200);
    let hidden = cart.at("/items/2");
    for (field, value) in [("unit_price", Value::Null), ("line_total", Value::Null), ("stock_quantity", json!(0))] {
        assert_eq!(hidden[field], value, "{field}");
    }
    assert!(!cart.body.to_string().contains("secret"), "{:#}", cart.body);
}

#[tokio::test]
async fn a_subtotal_above_the_card_limit_is_exact() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let mut yacht = product("Yacht", 0, &[("YACHT", 99)]);
    yacht.base_price = Money::from_minor(99_999_999);
    let yacht = shop.stock(yacht).await;
    let cart = ada.post("/cart/items", cart_item(&yacht, 99)).await.expect(200);
    assert_eq!(cart.at("/subtotal").to_string(), "98999999.01");
}
