//! Totals that Stripe cannot charge: they are rejected before any stock is reserved.

use super::buyers::{buy, buyer, checkout_request, count, stock_left};
use ferrocart::domain::money::Money;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use insta::assert_snapshot;
use mongodb::bson::doc;
use serde_json::json;

#[tokio::test]
async fn a_total_below_the_minimum_is_rejected() {
    let shop = TestShop::open().await;
    let pin = shop.stock(product("Pin", 30, &[("PIN", 5)])).await;
    let ada = buyer(&shop, "ada", &pin, 1).await;
    let rejected = ada.post("/orders", checkout_request()).await.expect(422);
    assert_snapshot!(rejected.shown());
    assert_eq!((stock_left(&shop, &pin).await, count(&shop, "orders", doc! {}).await), (5, 0));
    // The product was not even touched: a reservation increments its version.
    let unchanged = shop.state().products.get(pin.id).await.expect("a result").expect("a product");
    assert_eq!(unchanged.version, pin.version);
    ada.post("/cart/items", cart_item(&pin, 1)).await.expect(200);
    buy(&ada, "k1").await.expect(201);
}

#[tokio::test]
async fn each_currency_has_its_own_minimum_total() {
    for (currency, below, minimum, shown) in [
        ("GBP", 29, 30, "0.30"),
        ("JPY", 49, 50, "50"),
        ("HUF", 17_499, 17_500, "175.00"),
        ("CZK", 1_499, 1_500, "15.00"),
    ] {
        let shop = TestShop::open_with(&[("STORE_CURRENCY", currency)]).await;
        let cheap = shop.stock(product("Cheap", below, &[("CHEAP", 5)])).await;
        let fair = shop.stock(product("Fair", minimum, &[("FAIR", 5)])).await;
        let rejected = buy(&buyer(&shop, "ada", &cheap, 1).await, "k1").await.expect(422);
        assert_eq!(rejected.at("/code"), "total_below_minimum", "{currency}");
        assert_eq!(rejected.at("/minimum_total").to_string().trim_end_matches(".0"), json_number(shown), "{currency}");
        buy(&buyer(&shop, "bob", &fair, 1).await, "k1").await.expect(201);
    }
}

/// Writes a decimal number as `serde_json` does after parsing it into a float.
fn json_number(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text).expect("a number").to_string().trim_end_matches(".0").to_owned()
}

#[tokio::test]
async fn the_minimum_total_is_a_setting() {
    let shop = TestShop::open_with(&[("MINIMUM_TOTAL", "5")]).await;
    let tee = shop.stock(product("Tee", 499, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    assert_eq!(ada.get("/cart").await.at("/minimum_total"), &json!(5.0));
    assert_eq!(buy(&ada, "k1").await.expect(422).at("/minimum_total"), &json!(5.0));
    let without = ada.at_shop(&shop.reopen_with(&[("MINIMUM_TOTAL", "0")]).await);
    buy(&without, "k1").await.expect(201);
}

#[tokio::test]
async fn an_unavailable_line_is_reported_instead_of_a_low_total() {
    let shop = TestShop::open().await;
    let pin = shop.stock(product("Pin", 30, &[("PIN", 5)])).await;
    let ada = buyer(&shop, "ada", &pin, 1).await;
    shop.state().products.deactivate(pin.id, shop.state().now()).await.expect("an update");
    assert_eq!(buy(&ada, "k1").await.expect(409).at("/code"), "product_unavailable");
}

#[tokio::test]
async fn a_replay_returns_an_order_below_a_raised_minimum() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 499, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let order = buy(&ada, "k1").await.expect(201);
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    let raised = ada.at_shop(&shop.reopen_with(&[("MINIMUM_TOTAL", "5")]).await);
    assert_eq!(buy(&raised, "k1").await.expect(201).text("/id"), order.text("/id"));
    assert_eq!(buy(&raised, "k2").await.expect(422).at("/code"), "total_below_minimum");
}

#[tokio::test]
async fn a_total_above_the_currency_s_maximum_is_rejected() {
    for (currency, price, is_payable) in
        [("USD", 50_000_000, false), ("INR", 50_000_000, true), ("IDR", 50_000_000, true)]
    {
        let shop = TestShop::open_with(&[("STORE_CURRENCY", currency)]).await;
        let mut ring = product("Ring", 0, &[("RING", 5)]);
        ring.base_price = Money::from_minor(price);
        let ring = shop.stock(ring).await;
        let answer = buy(&buyer(&shop, "ada", &ring, 2).await, "k1").await;
        if is_payable {
            answer.expect(201);
        } else {
            assert_eq!(answer.expect(422).at("/code"), "validation_failed", "{currency}");
            assert_eq!(stock_left(&shop, &ring).await, 5, "{currency}");
        }
    }
}

#[tokio::test]
async fn a_total_with_a_third_decimal_is_rejected() {
    let shop = TestShop::open_with(&[("STORE_CURRENCY", "KWD")]).await;
    let tee = shop.stock(product("Tee", 1_234, &[("TEE-M", 20)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    assert_eq!(buy(&ada, "k1").await.expect(422).at("/code"), "validation_failed");
    assert_eq!(stock_left(&shop, &tee).await, 20);
    // Ten of them cost 12.340.
    ada.post("/cart/items", cart_item(&tee, 9)).await.expect(200);
    buy(&ada, "k2").await.expect(201);
}
