//! A store whose currency was changed: existing orders keep theirs, and nothing is sold at prices in another one.

use crate::orders::buyers::{buy, buyer};
use ferrocart::Error;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::dispute::{Dispute, DisputeStatus};
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::{order, product};
use ferrocart_tests::{Client, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::json;

const PLACED: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn yen() -> Currency {
    "JPY".parse().expect("a currency")
}

/// Creates a shop that has sold something for 5000 yen, and an administrator of the same shop, whose store currency is now
/// the US dollar.
async fn sold_in_yen() -> (TestShop, OrderDoc, Client) {
    let shop = TestShop::open_with(&[("STORE_CURRENCY", "JPY")]).await;
    let admin = shop.admin().await;
    let tee = shop.stock(product("Tee", 5000, &[("TEE-M", 5)])).await;
    let sold = order(ferrocart::db::new_id(), &tee, 1, OrderStatus::Processing, PLACED);
    let sold = shop.record(OrderDoc { currency: yen(), ..sold }).await;
    let admin = admin.at_shop(&shop.reopen_with(&[("STORE_CURRENCY", "USD")]).await);
    (shop, sold, admin)
}

#[tokio::test]
async fn a_refund_amount_is_in_the_currency_of_the_order() {
    let (_shop, sold, admin) = sold_in_yen().await;
    let path = format!("/admin/orders/{}/refunds", sold.id);
    let refund = admin.with_header("idempotency-key", "r1").post(&path, json!({ "amount": 50 })).await.expect(201);
    assert_eq!((refund.at("/amount"), refund.at("/currency")), (&json!(50), &json!("JPY")));
    assert_eq!(refund.at("/refundable_amount"), &json!(4950));
    for (amount, code) in
        [("50.5", "too_many_decimals"), ("100000000", "too_large"), ("0", "too_small"), ("-1", "too_small")]
    {
        let body = serde_json::from_str(&format!("{{\"amount\":{amount}}}")).expect("JSON");
        let rejected = admin.with_header("idempotency-key", "r2").post(&path, body).await.expect(422);
        let error = (rejected.at("/errors/0/pointer"), rejected.at("/errors/0/code"));
        assert_eq!(error, (&json!("/amount"), &json!(code)), "{amount}");
    }
}

#[tokio::test]
async fn a_refund_exceeding_the_order_is_rejected_in_its_currency() {
    let (_shop, sold, admin) = sold_in_yen().await;
    let path = format!("/admin/orders/{}/refunds", sold.id);
    let rejected = admin.with_header("idempotency-key", "r1").post(&path, json!({ "amount": 5001 })).await.expect(409);
    assert_eq!(rejected.at("/refundable_amount"), &json!(5000));
}

#[tokio::test]
async fn existing_orders_are_shown_in_their_currency() {
    let (shop, sold, admin) = sold_in_yen().await;
    for answer in [admin.get(&format!("/admin/orders/{}", sold.id)).await, admin.get("/admin/orders?limit=1").await] {
        let shown = answer.expect(200).body;
        let order = shown.pointer("/items/0/currency").map_or(&shown, |_| &shown["items"][0]);
        assert_eq!((&order["currency"], &order["total_amount"]), (&json!("JPY"), &json!(5000)), "{shown:#}");
    }
    drop(shop);
}

#[tokio::test]
async fn amounts_of_different_currencies_are_not_added() {
    let (shop, sold, admin) = sold_in_yen().await;
    let tee = product("Cap", 1999, &[("CAP", 5)]);
    shop.record(order(ferrocart::db::new_id(), &tee, 1, OrderStatus::Delivered, PLACED)).await;
    let mut refunded = order(ferrocart::db::new_id(), &tee, 1, OrderStatus::Cancelled, PLACED);
    refunded.currency = yen();
    refunded.refunded_amount = Money::from_minor(700);
    shop.record(refunded).await;
    let mut disputed = order(ferrocart::db::new_id(), &tee, 1, OrderStatus::Delivered, PLACED);
    let (amount, status, as_of) = (Money::from_minor(900), DisputeStatus::Lost, PLACED);
    disputed.currency = yen();
    disputed.disputes = vec![Dispute { id: "du_1".to_owned(), amount, status, as_of }];
    shop.record(disputed).await;
    let (from, to) = (PLACED, PLACED.plus(std::time::Duration::from_hours(1)));
    let stats = admin.get(&format!("/admin/stats?from={from}&to={to}")).await.expect(200);
    assert_eq!((stats.at("/currency"), stats.at("/revenue")), (&json!("USD"), &json!(19.99)));
    assert_eq!((stats.at("/orders"), stats.at("/units_sold")), (&json!(1), &json!(1)));
    assert_eq!((stats.at("/refunds"), stats.at("/lost_to_disputes")), (&json!(0.0), &json!(0.0)));
    assert_eq!(stats.at("/revenue_by_day/0/revenue"), &json!(19.99));
    assert_eq!(stats.at("/top_products").as_array().map(Vec::len), Some(1));
    let yen = json!([{ "currency": "JPY", "revenue": 6099, "lost_to_disputes": 900, "refunds": 700, "orders": 2 }]);
    assert_eq!(stats.at("/other_currencies"), &yen);
    assert_eq!(stats.at("/orders_by_status/processing"), &json!(1));
    drop(sold);
}

#[tokio::test]
async fn the_currency_of_a_catalogue_with_products_cannot_be_changed() {
    let shop = TestShop::open_with(&[("STORE_CURRENCY", "JPY")]).await;
    let settings = &shop.state().settings;
    settings.claim_currency(yen()).await.expect("a new record");
    // Without products it may change.
    settings.claim_currency(Currency::USD).await.expect("an empty catalogue");
    settings.claim_currency(yen()).await.expect("an empty catalogue");
    shop.stock(product("Tee", 5000, &[("TEE-M", 5)])).await;
    settings.claim_currency(yen()).await.expect("the same currency");
    let changed = settings.claim_currency(Currency::USD).await.expect_err("another currency");
    assert!(matches!(changed, Error::CurrencyChanged { .. }), "{changed}");
    for part in ["JPY", "USD", "STORE_CURRENCY"] {
        assert!(changed.to_string().contains(part), "{changed}");
    }
}

#[tokio::test]
async fn a_first_price_fixes_the_currency_before_it_is_stored() {
    let shop = TestShop::open_with(&[("STORE_CURRENCY", "JPY")]).await;
    let settings = &shop.state().settings;
    settings.fix_currency(yen()).await.expect("a new record");
    settings.claim_currency(Currency::USD).await.expect_err("prices in yen are about to be stored");
    settings.fix_currency(Currency::USD).await.expect_err("prices in yen are about to be stored");
    // An environment of an earlier deployment cannot add a price in its currency.
    let admin = shop.admin().await.at_shop(&shop.reopen_with(&[("STORE_CURRENCY", "USD")]).await);
    let tee = json!({
        "name": "Tee", "description": "", "category": "Shirts", "base_price": 5, "variants": [{ "sku": "TEE" }],
    });
    admin.post("/products", tee.clone()).await.expect(500);
    shop.admin_again().await.post("/products", tee).await.expect(201);
}

#[tokio::test]
async fn a_catalogue_without_a_record_has_the_currency_of_the_first_start() {
    let shop = TestShop::open_with(&[("STORE_CURRENCY", "JPY")]).await;
    shop.stock(product("Tee", 5000, &[("TEE-M", 5)])).await;
    shop.database().collection::<Document>("settings").delete_many(doc! {}).await.expect("a deletion");
    shop.state().settings.claim_currency(yen()).await.expect("a new record");
    shop.state().settings.claim_currency(Currency::USD).await.expect_err("another currency");
}

#[tokio::test]
async fn functions_that_sell_serve_only_prices_in_the_store_s_currency() {
    let shop = TestShop::open_with(&[("STORE_CURRENCY", "JPY")]).await;
    let tee = shop.stock(product("Tee", 5000, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let same = ada.at_shop(&shop.reopen_selling(&[("STORE_CURRENCY", "JPY")]).await);
    same.get("/products").await.expect(200);
    let changed = ada.at_shop(&shop.reopen_selling(&[("STORE_CURRENCY", "USD")]).await);
    for path in ["/products", "/cart", "/orders"] {
        assert_eq!(changed.get(path).await.expect(500).at("/code"), "internal", "{path}");
    }
    assert_eq!(buy(&changed, "k1").await.expect(500).at("/code"), "internal");
    buy(&same, "k1").await.expect(201);
}

#[tokio::test]
async fn webhook_and_maintenance_serve_orders_in_their_currency() {
    let (shop, stripe) = TestShop::open_with_stripe_and(&[("STORE_CURRENCY", "JPY")]).await;
    let tee = shop.stock(product("Tee", 5000, &[("TEE-M", 5)])).await;
    let order = buy(&buyer(&shop, "ada", &tee, 1).await, "k1").await.expect(201);
    shop.state().settings.claim_currency(yen()).await.expect("a record");
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
    let changed = shop.reopen_state(&[("STORE_CURRENCY", "USD"), ("STRIPE_API_BASE", stripe.base_url())]).await;
    let long_ago = shop.state().now().minus(std::time::Duration::from_hours(1));
    let update = doc! { "$set": { "checked_at": long_ago, "expires_at": long_ago } };
    shop.database().collection::<Document>("orders").update_many(doc! {}, update).await.expect("an update");
    ferrocart_maintenance::run(changed).await.expect("a report");
    let stored = shop.state().orders.get(order.text("/id").parse().expect("an id")).await.expect("a result");
    let stored = stored.expect("an order");
    assert_eq!((stored.status, stored.currency), (OrderStatus::Processing, yen()));
}
