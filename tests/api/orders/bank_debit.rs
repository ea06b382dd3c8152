//! Bank debits: a payment is under way for days, and neither time nor a buyer cancels it.

use crate::admin::refund_order::{Sale, unpaid_sale};
use ferrocart_tests::{Answer, BANK_ACCOUNT};
use mongodb::bson::doc;
use serde_json::{Value, json};

/// Creates a sale whose buyer has confirmed a bank debit, about which no event has arrived.
async fn debited_sale() -> Sale {
    let sale = unpaid_sale().await;
    sale.stripe.confirm(&sale.intent, BANK_ACCOUNT).await;
    sale
}

async fn end_reservation(sale: &Sale) {
    sale.change(doc! { "expires_at": sale.ago(1), "reconcile_at": sale.ago(1) }).await;
}

async fn cancel_as_buyer(sale: &Sale) -> Answer {
    sale.buyer.post(&format!("/orders/{}/cancel", sale.id), Value::Null).await
}

async fn settle(sale: &Sale, outcome: &str) {
    sale.stripe.command(&format!("payment_intents/{}/settle", sale.intent), &json!({ "outcome": outcome })).await;
}

/// Asserts that the order waits for its payment, here and at Stripe.
async fn assert_under_way(sale: &Sale) {
    let order = sale.order().await;
    assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("pending"), &json!("processing")));
    assert_eq!((sale.stripe.intents().await[0]["status"].as_str(), sale.stock().await), (Some("processing"), 2));
}

#[tokio::test]
async fn a_bank_debit_outlives_the_reservation_and_pays() {
    let sale = debited_sale().await;
    for _ in 0..3 {
        end_reservation(&sale).await;
        assert_eq!(sale.maintain().await["orders_expired"]["failed"], 0);
        assert_under_way(&sale).await;
    }
    settle(&sale, "succeeded").await;
    sale.deliver_latest("payment_intent.succeeded").await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("processing"), &json!("succeeded")));
    assert_eq!(order.at("/refunds"), &json!([]));
}

#[tokio::test]
async fn a_buyer_cannot_cancel_a_bank_debit() {
    let sale = debited_sale().await;
    for _ in 0..2 {
        let rejected = cancel_as_buyer(&sale).await.expect(409);
        assert_eq!(rejected.at("/code"), "payment_processing");
        assert_under_way(&sale).await;
    }
}

#[tokio::test]
async fn a_deleted_account_does_not_cancel_a_bank_debit() {
    let sale = debited_sale().await;
    let deletion = json!({ "password": "correct horse" });
    sale.buyer.send(axum::http::Method::DELETE, "/auth/me", Some(deletion)).await.expect(204);
    sale.maintain().await;
    sale.maintain().await;
    assert_under_way(&sale).await;
    // The order is shipped, so it keeps its address until then.
    assert_eq!(sale.order().await.at("/shipping_address/street"), "1 Main Street");
    settle(&sale, "succeeded").await;
    sale.deliver_latest("payment_intent.succeeded").await.expect(200);
    assert_eq!(sale.order().await.at("/status"), "processing");
}

#[tokio::test]
async fn a_failed_debit_cancels_an_expired_order_with_its_reason() {
    for is_delivered in [true, false] {
        let sale = debited_sale().await;
        end_reservation(&sale).await;
        sale.maintain().await;
        settle(&sale, "failed").await;
        if is_delivered {
            sale.deliver_latest("payment_intent.payment_failed").await.expect(200);
        }
        end_reservation(&sale).await;
        sale.maintain().await;
        sale.maintain().await;
        let order = sale.order().await;
        assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("cancelled"), &json!("canceled")));
        assert!(!order.text("/payment/failure/code").is_empty() && !order.text("/payment/failure/message").is_empty());
        assert_eq!((sale.stripe.intents().await[0]["status"].as_str(), sale.stock().await), (Some("canceled"), 5));
    }
}

#[tokio::test]
async fn a_debit_that_fails_in_time_can_be_paid_again() {
    let sale = debited_sale().await;
    assert_eq!(cancel_as_buyer(&sale).await.expect(409).at("/code"), "payment_processing");
    settle(&sale, "failed").await;
    sale.deliver_latest("payment_intent.payment_failed").await.expect(200);
    let failed = sale.buyer.get(&format!("/orders/{}", sale.id)).await.expect(200);
    assert_eq!((failed.at("/status"), failed.at("/payment/status")), (&json!("pending"), &json!("failed")));
    assert!(failed.at("/payment/client_secret").is_string());
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale.deliver_latest("payment_intent.succeeded").await.expect(200);
    let paid = sale.order().await;
    assert_eq!((paid.at("/status"), paid.at("/payment/failure")), (&json!("processing"), &Value::Null));
}

#[tokio::test]
async fn an_old_failure_does_not_hide_a_later_debit() {
    let sale = unpaid_sale().await;
    sale.stripe.confirm(&sale.intent, "pm_card_chargeDeclined").await;
    sale.stripe.confirm(&sale.intent, BANK_ACCOUNT).await;
    for kind in ["payment_intent.processing", "payment_intent.payment_failed"] {
        sale.deliver_latest(kind).await.expect(200);
        assert_under_way(&sale).await;
    }
}

#[tokio::test]
async fn stripe_decides_whether_an_administrator_cancels_a_debit() {
    let sale = debited_sale().await;
    sale.fault("/v1/payment_intents/*/cancel", "error_before").await;
    assert!(sale.set_status("cancelled").await.status.is_server_error());
    let rejected = sale.set_status("cancelled").await.expect(409);
    assert_eq!(rejected.at("/code"), "payment_processing");
    assert!(rejected.text("/reason").contains("You cannot cancel this PaymentIntent"), "{:#}", rejected.body);
    assert_under_way(&sale).await;
    sale.stripe.command("behaviour", &json!({ "cancel_processing": true })).await;
    assert_eq!(cancel_as_buyer(&sale).await.expect(409).at("/code"), "payment_processing");
    end_reservation(&sale).await;
    sale.maintain().await;
    assert_under_way(&sale).await;
    let cancelled = sale.set_status("cancelled").await.expect(200);
    assert_eq!((cancelled.at("/status"), sale.stock().await), (&json!("cancelled"), 5));
    assert_eq!(sale.stripe.intents().await[0]["status"], "canceled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debit_confirmed_during_a_cancellation_is_kept() {
    let sale = unpaid_sale().await;
    // Stripe returns the intent as payable, and the buyer confirms it before the shop continues.
    let confirm = sale.stripe.confirm(&sale.intent, BANK_ACCOUNT);
    let retrieval = ("GET", "/v1/payment_intents/*");
    let rejected = sale.stripe.before_response(retrieval, cancel_as_buyer(&sale), confirm).await;
    assert_eq!(rejected.expect(409).at("/code"), "payment_processing");
    assert_under_way(&sale).await;
}

#[tokio::test]
async fn a_debit_that_succeeds_after_a_cancellation_reacquires_stock() {
    let sale = debited_sale().await;
    // An event about the intent's cancellation that turns out to be wrong stands for every cancellation without Stripe.
    let order = sale.buyer.get(&format!("/orders/{}", sale.id)).await;
    let canceled = crate::stripe_webhook::event("evt_1", "payment_intent.canceled", &order, |_| {});
    crate::stripe_webhook::deliver(&sale.shop, &canceled).await.expect(200);
    assert_eq!(sale.stock().await, 5);
    settle(&sale, "succeeded").await;
    sale.deliver_latest("payment_intent.succeeded").await.expect(200);
    assert_eq!((sale.order().await.at("/status"), sale.stock().await), (&json!("processing"), 2));
}

#[tokio::test]
async fn a_debit_of_another_account_is_not_cancelled_by_the_buyer() {
    let sale = debited_sale().await;
    sale.deliver_latest("payment_intent.processing").await.expect(200);
    // As after a change of the Stripe account.
    sale.change(doc! { "transaction_id": "pi_of_another_account" }).await;
    assert_eq!(cancel_as_buyer(&sale).await.expect(409).at("/code"), "payment_processing");
    end_reservation(&sale).await;
    sale.maintain().await;
    assert_under_way(&sale).await;
    assert_eq!(sale.set_status("cancelled").await.expect(200).at("/status"), "cancelled");
}
