//! The scheduled function `maintenance`: disputes whose events were lost.

use crate::admin::refund_order::{paid_sale, unpaid_sale};
use mongodb::bson::doc;
use serde_json::json;

#[tokio::test]
async fn a_dispute_whose_event_was_lost_holds_the_order() {
    let sale = paid_sale().await;
    let dispute = sale.dispute().await;
    assert_eq!(sale.reconcile().await["disputes_reconciled"], json!({ "done": 1, "failed": 0 }));
    let order = sale.order().await;
    assert_eq!((order.at("/flags"), order.at("/payment/dispute/status")), (&json!(["disputed"]), &json!("open")));
    assert_eq!(sale.ship().await.expect(409).at("/reason"), "disputed");
    sale.close_dispute(&dispute, "won").await;
    sale.reconcile().await;
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
    sale.ship().await.expect(200);
}

#[tokio::test]
async fn a_delivered_order_is_reconciled_until_its_dispute_ends() {
    let sale = paid_sale().await;
    sale.ship().await.expect(200);
    let dispute = sale.dispute().await;
    sale.reconcile().await;
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
    sale.set_status("delivered").await.expect(200);
    sale.close_dispute(&dispute, "won").await;
    assert_eq!(sale.reconcile().await["disputes_reconciled"], json!({ "done": 1, "failed": 0 }));
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
    assert_eq!(sale.reconcile().await["disputes_reconciled"], json!({ "done": 0, "failed": 0 }));
}

#[tokio::test]
async fn a_cancelled_order_is_reconciled_until_its_dispute_ends() {
    let sale = paid_sale().await;
    let dispute = sale.dispute().await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    sale.set_status("cancelled").await.expect(200);
    assert_eq!(sale.reconcile().await["disputes_reconciled"], json!({ "done": 1, "failed": 0 }));
    sale.close_dispute(&dispute, "won").await;
    sale.reconcile().await;
    sale.maintain().await;
    let order = sale.order().await;
    assert_eq!((order.at("/flags"), order.at("/payment/status")), (&json!([]), &json!("refunded")));
    assert_eq!(sale.refunded_at_stripe().await, 3000);
    assert_eq!(sale.reconcile().await["disputes_reconciled"], json!({ "done": 0, "failed": 0 }));
}

#[tokio::test]
async fn an_undisputed_order_is_not_written() {
    let sale = paid_sale().await;
    let before = sale.order().await;
    sale.reconcile().await;
    assert_eq!(sale.order().await.body, before.body);
}

#[tokio::test]
async fn a_failed_call_leaves_the_order_to_a_later_run() {
    let sale = paid_sale().await;
    sale.dispute().await;
    sale.stripe.order_fault(&json!({ "path": "/v1/disputes", "action": "drop_before" })).await;
    assert_eq!(sale.reconcile().await["disputes_reconciled"], json!({ "done": 0, "failed": 1 }));
    assert_eq!(sale.reconcile().await["disputes_reconciled"], json!({ "done": 1, "failed": 0 }));
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
}

#[tokio::test]
async fn a_dispute_known_before_its_payment_does_not_cancel_the_order() {
    let sale = unpaid_sale().await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale.dispute().await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    sale.change(doc! { "reconcile_at": sale.ago(1) }).await;
    sale.maintain().await;
    let order = sale.order().await;
    assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("processing"), &json!("succeeded")));
    assert_eq!((order.at("/flags"), order.at("/refundable_amount")), (&json!(["disputed"]), &json!(0.0)));
}
