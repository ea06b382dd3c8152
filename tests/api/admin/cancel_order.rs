//! `PUT /admin/orders/{id}` to `cancelled`: stock is restocked and payments are refunded.

use crate::orders::buyers::{buy, buyer, stock_left};
use crate::stripe_webhook::{deliver, event};
use ferrocart::db::new_id;
use ferrocart::db::orders::OrderDoc;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::sample::{order, product};
use ferrocart_tests::{Answer, Client, Stripe, TestShop};
use futures_util::future::join_all;
use serde_json::json;

/// Creates a shop where Ada has paid for two of five tees.
async fn paid() -> (TestShop, Stripe, ProductDoc, Client, Answer) {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let order = buy(&buyer(&shop, "ada", &tee, 2).await, "k1").await.expect(201);
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
    deliver(&shop, &event("evt_1", "payment_intent.succeeded", &order, |_| {})).await.expect(200);
    let admin = shop.admin().await;
    (shop, stripe, tee, admin, order)
}

#[tokio::test]
async fn a_paid_order_is_cancelled_with_a_full_refund() {
    let (shop, stripe, tee, admin, order) = paid().await;
    let path = format!("/admin/orders/{}", order.text("/id"));
    let cancelled = admin.put(&path, json!({ "status": "cancelled" })).await.expect(200);
    assert_eq!((cancelled.at("/status"), cancelled.at("/payment/status")), (&json!("cancelled"), &json!("refunded")));
    assert_eq!(cancelled.at("/refunded_amount"), &json!(39.98));
    assert_eq!(cancelled.at("/refunds/0/reason"), "the order was cancelled");
    assert_eq!(stock_left(&shop, &tee).await, 5);
    admin.put(&path, json!({ "status": "cancelled" })).await.expect(409);
    assert_eq!(stripe.refunds(&order.text("/payment/intent_id")).await.len(), 1);
}

#[tokio::test]
async fn an_order_without_an_intent_is_refunded_at_once() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    // Orders of the demo data have no payment at Stripe.
    let demo = order(new_id(), &tee, 2, OrderStatus::Processing, shop.state().now());
    let placed = shop.record(OrderDoc { transaction_id: None, ..demo }).await;
    let cancel = json!({ "status": "cancelled" });
    let cancelled = shop.admin().await.put(&format!("/admin/orders/{}", placed.id), cancel).await.expect(200);
    assert_eq!(
        (cancelled.at("/refunds/0/status"), cancelled.at("/refunded_amount")),
        (&json!("succeeded"), &json!(39.98))
    );
}

#[tokio::test]
async fn maintenance_sends_the_refund_if_stripe_was_unreachable() {
    let (shop, stripe, tee, admin, order) = paid().await;
    stripe.order_fault(&json!({ "path": "/v1/refunds", "action": "drop_before" })).await;
    let path = format!("/admin/orders/{}", order.text("/id"));
    let cancelled = admin.put(&path, json!({ "status": "cancelled" })).await.expect(200);
    assert_eq!((cancelled.at("/status"), cancelled.at("/payment/status")), (&json!("cancelled"), &json!("succeeded")));
    ferrocart_maintenance::run(shop.state().clone()).await.expect("a report");
    assert_eq!(admin.get(&path).await.at("/payment/status"), "refunded");
    assert_eq!(stripe.refunds(&order.text("/payment/intent_id")).await.len(), 1);
    assert_eq!(stock_left(&shop, &tee).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_shipping_and_cancelling_make_one_transition() {
    for _ in 0..5 {
        let (shop, stripe, tee, admin, order) = paid().await;
        let path = format!("/admin/orders/{}", order.text("/id"));
        let transitions = ["shipped", "cancelled"].map(|status| admin.put(&path, json!({ "status": status })));
        let answers = join_all(transitions).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        let refunds = stripe.refunds(&order.text("/payment/intent_id")).await.len();
        let end = admin.get(&path).await.expect(200);
        match end.at("/status").as_str() {
            Some("shipped") => assert_eq!((refunds, stock_left(&shop, &tee).await), (0, 3)),
            status => assert_eq!((status, refunds, stock_left(&shop, &tee).await), (Some("cancelled"), 1, 5)),
        }
    }
}

#[tokio::test]
async fn cancelling_refunds_a_payment_whose_event_is_pending() {
    let sale = super::refund_order::unpaid_sale().await;
    // The payment succeeded at Stripe, and its event has not arrived yet.
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    let cancelled = sale.set_status("cancelled").await.expect(200);
    assert_eq!((cancelled.at("/status"), cancelled.at("/payment/status")), (&json!("cancelled"), &json!("refunded")));
    let states = [1, 2].map(|step| cancelled.text(&format!("/status_history/{step}/status")));
    assert_eq!(states, ["processing", "cancelled"]);
    deliver(&sale.shop, &sale.stripe.event("payment_intent.succeeded").await).await.expect(200);
    assert_eq!((sale.order().await.at("/status"), sale.refunded_at_stripe().await), (&json!("cancelled"), 3000));
    assert_eq!(sale.stock().await, 5);
}
