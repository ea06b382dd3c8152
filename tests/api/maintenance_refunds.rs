//! The scheduled function `maintenance`: refunds that their request did not complete.

use crate::admin::refund_order::{Sale, paid_sale};
use crate::stripe_webhook::deliver;
use futures_util::future::join_all;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

async fn run(sale: &Sale) -> Value {
    ferrocart_maintenance::run(sale.shop.state().clone()).await.expect("a report")["refunds_retried"].clone()
}

/// Creates a sale with a recorded refund of 10 dollars that did not reach Stripe.
async fn sale_with_unsent_refund() -> Sale {
    let sale = paid_sale().await;
    sale.fault("/v1/refunds", "drop_before").await;
    assert_eq!(sale.refund(json!({ "amount": 10 })).await.expect(201).at("/status"), "pending");
    assert_eq!(sale.refunded_at_stripe().await, 0);
    sale
}

#[tokio::test]
async fn an_unsent_refund_of_a_crashed_request_is_sent_once() {
    let sale = sale_with_unsent_refund().await;
    join_all((0..5).map(|_| run(&sale))).await;
    let order = sale.order().await;
    assert_eq!((order.at("/refunds/0/status"), order.at("/refunded_amount")), (&json!("succeeded"), &json!(10.0)));
    assert_eq!(sale.refunded_at_stripe().await, 1000);
    assert_eq!(run(&sale).await, json!({ "done": 0, "failed": 0 }));
}

#[tokio::test]
async fn a_sent_refund_of_a_crashed_request_is_found_at_stripe() {
    let sale = paid_sale().await;
    sale.fault("/v1/refunds", "drop_after").await;
    sale.refund(json!({ "amount": 10 })).await.expect(201);
    // Sending it again would fail: the existing refund must be found.
    sale.stripe
        .order_fault(&json!({ "path": "/v1/refunds", "method": "POST", "times": 9, "action": "rate_limit" }))
        .await;
    assert_eq!(run(&sale).await, json!({ "done": 1, "failed": 0 }));
    assert_eq!(sale.order().await.at("/refunded_amount"), &json!(10.0));
    assert_eq!(sale.refunded_at_stripe().await, 1000);
}

#[tokio::test]
async fn a_lost_refund_of_a_cancelled_order_is_completed() {
    for action in ["drop_before", "drop_after", "error_before", "error_after", "rate_limit"] {
        let sale = paid_sale().await;
        sale.refund(json!({ "amount": 10 })).await.expect(201);
        sale.fault("/v1/refunds", action).await;
        let path = format!("/admin/orders/{}", sale.id);
        let cancelled = sale.admin.put(&path, json!({ "status": "cancelled" })).await.expect(200);
        assert_eq!(cancelled.at("/payment/status"), "partially_refunded", "{action}");
        join_all((0..3).map(|_| run(&sale))).await;
        let order = sale.order().await;
        assert_eq!((order.at("/payment/status"), order.at("/refunded_amount")), (&json!("refunded"), &json!(30.0)));
        assert_eq!((sale.refunded_at_stripe().await, sale.stock().await), (3000, 5), "{action}");
    }
}

#[tokio::test]
async fn an_error_that_stripe_replays_does_not_block_a_refund() {
    let sale = paid_sale().await;
    sale.fault("/v1/refunds", "error_kept").await;
    assert_eq!(sale.refund(json!({ "amount": 10 })).await.expect(201).at("/status"), "pending");
    // Stripe replays its response, so the second run uses another key.
    assert_eq!(run(&sale).await, json!({ "done": 0, "failed": 1 }));
    assert_eq!(sale.refunded_at_stripe().await, 0);
    assert_eq!(run(&sale).await, json!({ "done": 1, "failed": 0 }));
    assert_eq!((sale.refunded_at_stripe().await, sale.order().await.at("/refunded_amount")), (1000, &json!(10.0)));
}

#[tokio::test]
async fn after_a_refund_at_stripe_a_cancelled_order_gets_the_rest() {
    let sale = paid_sale().await;
    sale.stripe.refund_by_hand(&sale.intent, 1000).await;
    let path = format!("/admin/orders/{}", sale.id);
    sale.admin.put(&path, json!({ "status": "cancelled" })).await.expect(200);
    run(&sale).await;
    deliver(&sale.shop, &sale.stripe.event("charge.refunded").await).await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/payment/status"), order.at("/refunded_amount")), (&json!("refunded"), &json!(30.0)));
    assert_eq!(sale.refunded_at_stripe().await, 3000);
    let statuses: Vec<_> =
        order.at("/refunds").as_array().expect("refunds").iter().map(|refund| &refund["status"]).collect();
    assert_eq!(statuses, ["failed", "succeeded", "succeeded"]);
}

#[tokio::test]
async fn a_permanently_rejected_refund_frees_its_amount() {
    let sale = sale_with_unsent_refund().await;
    sale.reject_refund().await;
    assert_eq!(run(&sale).await, json!({ "done": 1, "failed": 0 }));
    let order = sale.order().await;
    assert_eq!((order.at("/refunds/0/status"), order.at("/refundable_amount")), (&json!("failed"), &json!(30.0)));
    assert_eq!(order.at("/refunds/0/failure_reason"), "charge_not_refundable");
}

#[tokio::test]
async fn refunds_that_fail_do_not_block_others() {
    let sale = sale_with_unsent_refund().await;
    let orders = sale.shop.database().collection::<Document>("orders");
    let pending = orders.find_one(doc! {}).await.expect("an answer").expect("an order");
    for number in 0..60_i64 {
        let mut stuck = pending.clone();
        stuck.insert("_id", ObjectId::new());
        let refund = &mut stuck.get_array_mut("refunds").expect("refunds")[0];
        refund.as_document_mut().expect("a refund").insert("id", ObjectId::new());
        stuck.insert("order_number", format!("FC-0000-{number:04}"));
        stuck.insert("transaction_id", format!("pi_stuck_{number}"));
        stuck.insert("cart_purchase", 1000 + number);
        stuck.remove("idempotency_key");
        stuck.insert("checked_at", mongodb::bson::DateTime::from_millis(number));
        orders.insert_one(stuck).await.expect("an order");
    }
    let fault = json!({ "path": "/v1/refunds", "method": "GET", "times": 50, "action": "drop_before" });
    sale.stripe.order_fault(&fault).await;
    assert_eq!(run(&sale).await, json!({ "done": 11, "failed": 50 }));
    assert_eq!(sale.refunded_at_stripe().await, 1000);
}

#[tokio::test]
async fn a_pending_refund_is_checked_once_an_hour() {
    let sale = paid_sale().await;
    sale.refund(json!({ "amount": 10 })).await.expect(201);
    let orders = sale.shop.database().collection::<Document>("orders");
    for (minutes, checked_orders) in [(5, 0), (65, 1), (0, 0)] {
        let checked_at = sale.shop.state().now().minus(std::time::Duration::from_mins(minutes));
        let waiting = doc! { "$set": { "refunds.0.status": "pending", "checked_at": checked_at } };
        orders.update_many(doc! {}, waiting).await.expect("an update");
        assert_eq!(run(&sale).await, json!({ "done": checked_orders, "failed": 0 }), "{minutes}");
    }
}
