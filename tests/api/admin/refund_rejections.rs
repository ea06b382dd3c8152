//! Refunds that Stripe rejects: the reason is returned and stored, and the amount is refundable again.

use super::refund_order::paid_sale;
use mongodb::bson::doc;
use serde_json::json;

const UNKNOWN_PAYMENT: &str = "this Stripe account does not have the payment: it was made with another account or mode";

#[tokio::test]
async fn a_refund_over_the_rest_at_stripe_returns_stripes_message() {
    let sale = paid_sale().await;
    // The event about this refund has not arrived.
    sale.stripe.refund_by_hand(&sale.intent, 2500).await;
    let rejected = sale.refund(json!({ "amount": 20 })).await.expect(409);
    let reason = rejected.text("/reason");
    assert!(reason.contains("$20.00") && reason.contains("$5.00"), "{reason}");
    assert_eq!(rejected.at("/detail"), format!("the refund was rejected: {reason}").as_str());
    let order = sale.order().await;
    assert_eq!(order.at("/refunds/0/failure_reason"), reason.as_str());
}

#[tokio::test]
async fn a_rejection_is_not_final_before_stripe_has_listed_the_refunds() {
    let sale = paid_sale().await;
    sale.reject_refund().await;
    sale.stripe.order_fault(&json!({ "path": "/v1/refunds", "method": "GET", "action": "drop_before" })).await;
    let pending = sale.refund(json!({ "amount": 20 })).await.expect(201);
    assert_eq!((pending.at("/status"), sale.stripe.faults_left().await), (&json!("pending"), 0));
    assert_eq!(sale.order().await.at("/refunds/0/status"), "pending");
}

#[tokio::test]
async fn a_refund_of_an_unknown_payment_fails_with_the_reason() {
    for status in ["processing", "cancelled"] {
        let sale = paid_sale().await;
        // As after a change of the Stripe account.
        sale.change(doc! { "transaction_id": "pi_of_another_account" }).await;
        if status == "cancelled" {
            sale.set_status("cancelled").await.expect(200);
        } else {
            assert_eq!(sale.refund(json!({})).await.expect(409).at("/reason"), UNKNOWN_PAYMENT);
        }
        let order = sale.order().await;
        assert_eq!((order.at("/refunds/0/status"), order.at("/status")), (&json!("failed"), &json!(status)));
        assert_eq!((order.at("/refundable_amount"), order.at("/flags")), (&json!(30.0), &json!(["refund_failed"])));
        assert_eq!(sale.maintain().await["refunds_retried"], json!({ "done": 0, "failed": 0 }));
    }
}

#[tokio::test]
async fn a_pending_refund_of_an_unknown_payment_fails_once() {
    let sale = paid_sale().await;
    sale.fault("/v1/refunds", "drop_before").await;
    assert_eq!(sale.refund(json!({ "amount": 10 })).await.expect(201).at("/status"), "pending");
    sale.change(doc! { "transaction_id": "pi_of_another_account" }).await;
    assert_eq!(sale.maintain().await["refunds_retried"], json!({ "done": 1, "failed": 0 }));
    assert_eq!(sale.maintain().await["refunds_retried"], json!({ "done": 0, "failed": 0 }));
    let order = sale.order().await;
    assert_eq!(order.at("/refunds/0/failure_reason"), UNKNOWN_PAYMENT);
    assert_eq!((order.at("/refunds/0/status"), order.at("/refundable_amount")), (&json!("failed"), &json!(30.0)));
}

#[tokio::test]
async fn every_field_of_a_repeated_refund_counts() {
    let sale = paid_sale().await;
    let first = json!({ "amount": 10, "reason": "late", "restock": false });
    sale.refund_with_key("k", first.clone()).await.expect(201);
    for (field, value) in [("amount", json!(11)), ("reason", json!("lost")), ("restock", json!(true))] {
        let mut other = first.clone();
        other[field] = value;
        let rejected = sale.refund_with_key("k", other).await.expect(422);
        assert_eq!(rejected.at("/code"), "idempotency_key_reused", "{field}");
    }
    sale.refund_with_key("k", first).await.expect(201);
    assert_eq!(sale.refunded_at_stripe().await, 1000);
}

#[tokio::test]
async fn more_than_a_page_of_refunds_is_counted() {
    let sale = paid_sale().await;
    for _ in 0..101 {
        sale.stripe.refund_by_hand(&sale.intent, 10).await;
    }
    sale.deliver_latest("charge.refunded").await.expect(200);
    let order = sale.order().await;
    assert_eq!(order.at("/refunds").as_array().map(Vec::len), Some(101));
    assert_eq!((order.at("/refunded_amount"), order.at("/refundable_amount")), (&json!(10.1), &json!(19.9)));
}

#[tokio::test]
async fn a_repeated_refund_that_was_sent_calls_stripe_no_more() {
    let sale = paid_sale().await;
    let first = sale.refund_with_key("r1", json!({ "amount": 5 })).await.expect(201);
    sale.stripe.order_fault(&json!({ "path": "/v1/refunds", "action": "error_before" })).await;
    let repeated = sale.refund_with_key("r1", json!({ "amount": 5 })).await.expect(201);
    assert_eq!((repeated.at("/id"), sale.stripe.faults_left().await), (first.at("/id"), 1));
}
