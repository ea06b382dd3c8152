//! Refunds of disputed payments: what a dispute took is not refundable.

use super::refund_order::{Sale, paid_sale};
use serde_json::{Value, json};

async fn assert_refundable(sale: &Sale, amount: f64, dispute: &Value) {
    let order = sale.order().await;
    assert_eq!((order.at("/refundable_amount"), order.at("/payment/dispute")), (&json!(amount), dispute));
}

#[tokio::test]
async fn a_disputed_payment_is_not_refundable_until_it_is_won() {
    let sale = paid_sale().await;
    assert_refundable(&sale, 30.0, &Value::Null).await;
    let dispute = sale.dispute().await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    assert_refundable(&sale, 0.0, &json!({ "status": "open", "withheld_amount": 30.0 })).await;
    let rejected = sale.refund(json!({})).await.expect(409);
    assert_eq!((rejected.at("/code"), rejected.at("/refundable_amount")), (&json!("refund_exceeds_paid"), &json!(0.0)));
    sale.close_dispute(&dispute, "won").await;
    sale.deliver_latest("charge.dispute.closed").await.expect(200);
    assert_refundable(&sale, 30.0, &json!({ "status": "won", "withheld_amount": 0.0 })).await;
    assert_eq!(sale.refund(json!({})).await.expect(201).at("/status"), "succeeded");
}

#[tokio::test]
async fn a_lost_payment_is_not_refundable() {
    let sale = paid_sale().await;
    let dispute = sale.dispute().await;
    sale.close_dispute(&dispute, "lost").await;
    sale.deliver_latest("charge.dispute.closed").await.expect(200);
    assert_refundable(&sale, 0.0, &json!({ "status": "lost", "withheld_amount": 30.0 })).await;
    let receipt = sale.buyer.get(&format!("/orders/{}", sale.id)).await.expect(200);
    assert_eq!(receipt.at("/payment/dispute/status"), "lost");
    sale.refund(json!({})).await.expect(409);
    assert_eq!(sale.refunded_at_stripe().await, 0);
}

#[tokio::test]
async fn a_cancelled_order_with_a_dispute_owes_no_refund() {
    for (outcome, is_disputed_first) in [(None, true), (Some("lost"), true), (None, false), (Some("lost"), false)] {
        let sale = paid_sale().await;
        let dispute = sale.dispute().await;
        if is_disputed_first {
            sale.deliver_latest("charge.dispute.created").await.expect(200);
        }
        // Stripe rejects the refund if the shop does not know the dispute yet.
        sale.set_status("cancelled").await.expect(200);
        if let Some(outcome) = outcome {
            sale.close_dispute(&dispute, outcome).await;
            sale.deliver_latest("charge.dispute.closed").await.expect(200);
        }
        sale.maintain().await;
        let withheld = json!({ "status": outcome.unwrap_or("open"), "withheld_amount": 30.0 });
        assert_refundable(&sale, 0.0, &withheld).await;
        let order = sale.order().await;
        assert_eq!((order.at("/status"), order.at("/flags")), (&json!("cancelled"), &json!(["disputed"])));
        assert_eq!((sale.refunded_at_stripe().await, sale.stock().await), (0, 5));
    }
}

#[tokio::test]
async fn a_cancelled_order_is_refunded_when_its_dispute_is_won() {
    for is_disputed_first in [true, false] {
        let sale = paid_sale().await;
        let dispute = sale.dispute().await;
        if is_disputed_first {
            sale.deliver_latest("charge.dispute.created").await.expect(200);
        }
        sale.set_status("cancelled").await.expect(200);
        sale.close_dispute(&dispute, "won").await;
        sale.deliver_latest("charge.dispute.closed").await.expect(200);
        sale.maintain().await;
        let order = sale.order().await;
        assert_eq!((order.at("/payment/status"), order.at("/flags")), (&json!("refunded"), &json!([])));
        assert_eq!((order.at("/refunded_amount"), sale.refunded_at_stripe().await), (&json!(30.0), 3000));
        let refunds = order.at("/refunds").as_array().expect("refunds");
        assert!(refunds.iter().all(|refund| refund["reason"] == "the order was cancelled"), "{refunds:?}");
    }
}

#[tokio::test]
async fn a_dispute_of_the_rest_leaves_the_refunded_part() {
    let sale = paid_sale().await;
    sale.refund(json!({ "amount": 10 })).await.expect(201);
    sale.dispute().await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    assert_refundable(&sale, 0.0, &json!({ "status": "open", "withheld_amount": 20.0 })).await;
    let order = sale.order().await;
    assert_eq!(
        (order.at("/refunded_amount"), order.at("/payment/status")),
        (&json!(10.0), &json!("partially_refunded"))
    );
    // It is held for the dispute, not because nothing is refundable.
    assert_eq!(sale.ship().await.expect(409).at("/reason"), "disputed");
}

#[tokio::test]
async fn a_refund_waits_until_its_dispute_can_be_listed() {
    let sale = paid_sale().await;
    let dispute = sale.dispute().await;
    sale.stripe.order_fault(&json!({ "path": "/v1/disputes", "action": "drop_before" })).await;
    sale.set_status("cancelled").await.expect(200);
    assert_eq!(sale.order().await.at("/refunds/0/status"), "pending");
    sale.maintain().await;
    assert_refundable(&sale, 0.0, &json!({ "status": "open", "withheld_amount": 30.0 })).await;
    assert_eq!(sale.order().await.at("/refunds/0/status"), "failed");
    sale.close_dispute(&dispute, "won").await;
    sale.deliver_latest("charge.dispute.closed").await.expect(200);
    sale.maintain().await;
    assert_eq!((sale.order().await.at("/payment/status"), sale.refunded_at_stripe().await), (&json!("refunded"), 3000));
}
