//! The scheduled function `maintenance`: expired orders, missed payments and stale holds.

use crate::orders::buyers::{buy, buyer, count, stock_left};
use ferrocart::db::orders::OrderDoc;
use ferrocart::db::products::ProductDoc;
use ferrocart::db::{ID_UNIQUE, new_id, violated_index};
use ferrocart::domain::id::{CartId, OrderId};
use ferrocart::domain::money::Money;
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::{order as order_of, product};
use ferrocart_tests::{Answer, BANK_ACCOUNT, Client, Stripe, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// Creates a shop where Ada has ordered two of five tees.
async fn ordered() -> (TestShop, Stripe, ProductDoc, Client, Answer) {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let order = buy(&ada, "k1").await.expect(201);
    (shop, stripe, tee, ada, order)
}

async fn run(shop: &TestShop) -> Value {
    ferrocart_maintenance::run(shop.state().clone()).await.expect("a report")
}

/// The time some minutes ago.
fn ago(shop: &TestShop, minutes: u64) -> Timestamp {
    shop.state().now().minus(Duration::from_mins(minutes))
}

async fn change_orders(shop: &TestShop, update: Document) {
    let orders = shop.database().collection::<Document>("orders");
    orders.update_many(doc! {}, update).await.expect("an update");
}

async fn receipt(ada: &Client, order: &Answer) -> Answer {
    ada.get(&format!("/orders/{}", order.text("/id"))).await.expect(200)
}

#[tokio::test]
async fn a_run_with_nothing_to_do_changes_nothing() {
    let (shop, _stripe, _, ada, order) = ordered().await;
    let before = receipt(&ada, &order).await.body;
    let report = run(&shop).await;
    let no_work = json!({ "done": 0, "failed": 0 });
    assert!(report.as_object().expect("a report").values().all(|tally| *tally == no_work), "{report}");
    assert_eq!(receipt(&ada, &order).await.body, before);
}

#[tokio::test]
async fn orders_that_have_ended_and_free_orders_are_not_due() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let user = shop.customer("ada").await.get("/auth/me").await.text("/id").parse().expect("an id");
    for status in [OrderStatus::Cancelled, OrderStatus::Delivered] {
        shop.record(order_of(user, &tee, 1, status, ago(&shop, 60))).await;
    }
    let free = order_of(user, &tee, 1, OrderStatus::Processing, ago(&shop, 60));
    shop.record(OrderDoc { total_amount: Money::ZERO, transaction_id: None, ..free }).await;
    let report = run(&shop).await;
    for job in ["orders_expired", "payments_reconciled", "disputes_reconciled"] {
        assert_eq!(report[job], json!({ "done": 0, "failed": 0 }), "{job}");
    }
}

#[tokio::test]
async fn an_expired_order_is_cancelled_here_and_at_stripe() {
    let (shop, stripe, tee, ada, order) = ordered().await;
    change_orders(&shop, doc! { "$set": { "expires_at": ago(&shop, 1) } }).await;
    // Concurrent runs cancel it once.
    join_all((0..5).map(|_| run(&shop))).await;
    let expired = receipt(&ada, &order).await;
    assert_eq!((expired.at("/status"), expired.at("/status_history/1/by")), (&json!("cancelled"), &json!("system")));
    assert_eq!(expired.at("/status_history").as_array().map(Vec::len), Some(2));
    assert_eq!(stripe.intents().await[0]["status"], "canceled");
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn an_expired_order_is_kept_while_stripe_is_unreachable() {
    let (shop, stripe, tee, ada, order) = ordered().await;
    change_orders(&shop, doc! { "$set": { "expires_at": ago(&shop, 1) } }).await;
    stripe.order_fault(&json!({ "path": "/v1/payment_intents/*/cancel", "action": "drop_before" })).await;
    assert_eq!(run(&shop).await["orders_expired"], json!({ "done": 0, "failed": 1 }));
    assert_eq!((receipt(&ada, &order).await.at("/status"), stock_left(&shop, &tee).await), (&json!("pending"), 3));
    assert_eq!(run(&shop).await["orders_expired"], json!({ "done": 1, "failed": 0 }));
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test]
async fn an_expired_order_that_was_paid_is_processed() {
    let (shop, stripe, tee, ada, order) = ordered().await;
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
    change_orders(&shop, doc! { "$set": { "expires_at": ago(&shop, 1) } }).await;
    join_all((0..5).map(|_| run(&shop))).await;
    let paid = receipt(&ada, &order).await;
    assert_eq!((paid.at("/status"), paid.at("/payment/status")), (&json!("processing"), &json!("succeeded")));
    assert_eq!(stock_left(&shop, &tee).await, 3);
}

#[tokio::test]
async fn a_payment_whose_event_was_lost_is_found_at_stripe() {
    let (shop, stripe, _, ada, order) = ordered().await;
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
    change_orders(&shop, doc! { "$set": { "reconcile_at": ago(&shop, 1) } }).await;
    assert_eq!(run(&shop).await["payments_reconciled"], json!({ "done": 1, "failed": 0 }));
    assert_eq!(receipt(&ada, &order).await.at("/status"), "processing");
}

#[tokio::test]
async fn an_intent_cancelled_by_hand_cancels_its_order() {
    let (shop, stripe, tee, ada, order) = ordered().await;
    stripe.cancel(&order.text("/payment/intent_id")).await;
    change_orders(&shop, doc! { "$set": { "reconcile_at": ago(&shop, 1) } }).await;
    assert_eq!(run(&shop).await["payments_reconciled"], json!({ "done": 1, "failed": 0 }));
    assert_eq!((receipt(&ada, &order).await.at("/status"), stock_left(&shop, &tee).await), (&json!("cancelled"), 5));
}

#[tokio::test]
async fn the_payment_status_is_reconciled_with_stripe() {
    let (shop, stripe, _, ada, order) = ordered().await;
    let intent = order.text("/payment/intent_id");
    let make_check_due = || change_orders(&shop, doc! { "$set": { "reconcile_at": ago(&shop, 1) } });
    make_check_due().await;
    run(&shop).await;
    assert_eq!(receipt(&ada, &order).await.at("/payment/status"), "requires_payment");
    stripe.confirm(&intent, BANK_ACCOUNT).await;
    make_check_due().await;
    run(&shop).await;
    assert_eq!(receipt(&ada, &order).await.at("/payment/status"), "processing");
    stripe.command(&format!("payment_intents/{intent}/settle"), &json!({ "outcome": "failed" })).await;
    make_check_due().await;
    run(&shop).await;
    let failed = receipt(&ada, &order).await;
    assert_eq!(failed.at("/payment/status"), "failed");
    assert!(failed.at("/payment/client_secret").is_string());
}

/// An order id that is older than any running request.
fn old_id(number: u8) -> OrderId {
    OrderId::from_bytes([0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number])
}

/// Adds a hold of two tees for each order and lowers the stock once, as checkouts do that crash after reserving.
async fn leave_holds(shop: &TestShop, orders: &[OrderId]) {
    let cart: CartId = new_id();
    let hold = |order: &OrderId| doc! { "order_id": *order, "cart_id": cart, "sku": "TEE-M", "quantity": 2 };
    let holds: Vec<_> = orders.iter().map(hold).collect();
    let holds = doc! { "$set": { "holds": holds }, "$inc": { "variants.0.stock_quantity": -2 } };
    shop.database().collection::<Document>("products").update_one(doc! {}, holds).await.expect("an update");
}

/// Replaces the id of the only order by an old one.
async fn age(shop: &TestShop, order: &Answer, id: OrderId) {
    let orders = shop.database().collection::<Document>("orders");
    let young: OrderId = order.text("/id").parse().expect("an id");
    let mut aged = orders.find_one(doc! { "_id": young }).await.expect("a result").expect("an order");
    orders.delete_one(doc! { "_id": young }).await.expect("a deletion");
    aged.insert("_id", id);
    orders.insert_one(aged).await.expect("an order");
}

#[tokio::test]
async fn a_stale_hold_is_released_and_its_order_cannot_be_placed() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    leave_holds(&shop, &[old_id(1)]).await;
    let reports = join_all((0..5).map(|_| run(&shop))).await;
    assert!(reports.iter().any(|report| report["checkouts_recovered"]["done"] == 1), "{reports:?}");
    assert_eq!(stock_left(&shop, &tee).await, 5);
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
    // The suspended request continues.
    let late = order_of(new_id(), &tee, 2, OrderStatus::Pending, ago(&shop, 1));
    let rejected = shop.state().orders.place(&OrderDoc { id: old_id(1), ..late }).await.expect_err("a tombstone");
    assert_eq!(violated_index(&rejected), Some(ID_UNIQUE));
}

#[tokio::test]
async fn a_hold_added_after_the_tombstone_is_released_too() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    for _ in 0..2 {
        leave_holds(&shop, &[old_id(1)]).await;
        run(&shop).await;
        assert_eq!(stock_left(&shop, &tee).await, 5);
    }
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
}

#[tokio::test]
async fn holds_of_running_requests_are_kept() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    leave_holds(&shop, &[new_id()]).await;
    run(&shop).await;
    assert_eq!((stock_left(&shop, &tee).await, count(&shop, "orders", doc! {}).await), (3, 0));
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 1);
}

#[tokio::test]
async fn stale_holds_are_removed_if_the_order_exists_else_released() {
    let (shop, _stripe, tee, ada, order) = ordered().await;
    ada.post("/cart/items", ferrocart_tests::sample::cart_item(&tee, 1)).await.expect(200);
    age(&shop, &order, old_id(2)).await;
    leave_holds(&shop, &[old_id(1), old_id(2)]).await;
    join_all((0..5).map(|_| run(&shop))).await;
    // The hold of the placed order is removed, and that of the order that was never placed is released.
    assert_eq!(stock_left(&shop, &tee).await, 3);
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
    assert_eq!(ada.get("/cart").await.at("/item_count"), 1);
}

#[tokio::test]
async fn a_stale_hold_of_a_cancelled_order_is_released() {
    let (shop, _stripe, tee, ada, order) = ordered().await;
    ada.post(&format!("/orders/{}/cancel", order.text("/id")), Value::Null).await.expect(200);
    age(&shop, &order, old_id(1)).await;
    leave_holds(&shop, &[old_id(1)]).await;
    run(&shop).await;
    assert_eq!(stock_left(&shop, &tee).await, 5);
    assert_eq!(count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await, 0);
}

#[tokio::test]
async fn expired_orders_that_fail_do_not_block_others() {
    let (shop, stripe, tee, ada, order) = ordered().await;
    let id = shop.user_id("ada@example.com").await;
    // More than one batch of orders, all of which are due for longer.
    for number in 0..60 {
        let mut stuck = order_of(id, &tee, 1, OrderStatus::Pending, ago(&shop, 100));
        stuck.transaction_id = Some(format!("pi_stuck_{number}"));
        shop.record(stuck).await;
    }
    change_orders(&shop, doc! { "$set": { "expires_at": ago(&shop, 1) } }).await;
    stripe.order_fault(&json!({ "path": "/v1/payment_intents/*", "times": 50, "action": "drop_before" })).await;
    assert_eq!(run(&shop).await["orders_expired"], json!({ "done": 11, "failed": 50 }));
    assert_eq!(receipt(&ada, &order).await.at("/status"), "cancelled");
}
