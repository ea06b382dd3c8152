//! A restricted key that lacks permissions: what it may not list is taken from the events.

use crate::admin::refund_order::Sale;
use crate::sale::paid_sale_at;
use crate::stripe_webhook::deliver;
use ferrocart_tests::{BANK_ACCOUNT, TestShop};
use serde_json::json;

/// Creates a paid sale of a shop whose key may not list disputes.
async fn sale_without_disputes() -> Sale {
    let permissions = ["rak_payment_intent_write", "rak_charge_write"];
    paid_sale_at(TestShop::open_with_restricted_key(&permissions).await).await
}

#[tokio::test]
async fn a_dispute_is_taken_from_its_event_without_permission() {
    let sale = sale_without_disputes().await;
    let dispute = sale.dispute().await;
    let created = sale.stripe.event("charge.dispute.created").await;
    for _ in 0..2 {
        deliver(&sale.shop, &created).await.expect(200);
    }
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
    assert_eq!(sale.ship().await.expect(409).at("/reason"), "disputed");
    sale.close_dispute(&dispute, "won").await;
    sale.deliver_latest("charge.dispute.closed").await.expect(200);
    // This event arrives late and is outdated.
    let mut late = created.clone();
    late["id"] = json!("evt_late");
    deliver(&sale.shop, &late).await.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
    sale.ship().await.expect(200);
}

#[tokio::test]
async fn a_lost_dispute_is_taken_from_its_event_alone() {
    let sale = sale_without_disputes().await;
    let dispute = sale.dispute().await;
    sale.close_dispute(&dispute, "lost").await;
    for kind in ["charge.dispute.closed", "charge.dispute.created"] {
        sale.deliver_latest(kind).await.expect(200);
        let order = sale.order().await;
        assert_eq!((order.at("/flags"), order.at("/payment/dispute/status")), (&json!(["disputed"]), &json!("lost")));
    }
}

#[tokio::test]
async fn of_two_disputes_each_is_taken_from_its_own_events() {
    let sale = sale_without_disputes().await;
    let first = sale.dispute().await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    let second = sale.dispute().await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    for (dispute, flags) in [(&first, json!(["disputed"])), (&second, json!([]))] {
        sale.close_dispute(dispute, "won").await;
        sale.deliver_latest("charge.dispute.closed").await.expect(200);
        assert_eq!(sale.order().await.at("/flags"), &flags);
    }
}

#[tokio::test]
async fn without_permission_a_lost_event_is_noticed_by_the_charge() {
    let sale = sale_without_disputes().await;
    sale.reconcile().await;
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
    let dispute = sale.dispute().await;
    sale.reconcile().await;
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
    sale.reconcile().await;
    // The charge stays disputed at Stripe after the dispute is won.
    sale.close_dispute(&dispute, "won").await;
    sale.deliver_latest("charge.dispute.closed").await.expect(200);
    sale.reconcile().await;
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
}

#[tokio::test]
async fn a_refund_is_taken_from_its_event_without_permission() {
    let permissions = ["rak_payment_intent_write"];
    let sale = paid_sale_at(TestShop::open_with_restricted_key(&permissions).await).await;
    sale.stripe.refund_by_hand(&sale.intent, 1000).await;
    for kind in ["charge.refunded", "refund.created"] {
        sale.deliver_latest(kind).await.expect(200);
    }
    let order = sale.order().await;
    assert_eq!((order.at("/refunded_amount"), order.at("/refunds/0/by")), (&json!(10.0), &json!("stripe")));
}

#[tokio::test]
async fn a_late_payment_event_needs_no_permission_for_refunds() {
    let permissions = ["rak_payment_intent_write"];
    let shop = TestShop::open_with_restricted_key(&permissions).await;
    let sale = crate::sale::unpaid_sale_at(shop).await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    let mut paid = sale.stripe.event("payment_intent.succeeded").await;
    paid["created"] = json!(paid["created"].as_i64().expect("a time") - 3600);
    deliver(&sale.shop, &paid).await.expect(200);
    assert_eq!(sale.order().await.at("/status"), "processing");
}

#[tokio::test]
async fn a_payment_is_reconciled_without_permission_for_refunds() {
    let shop = TestShop::open_with_restricted_key(&["rak_payment_intent_write"]).await;
    let sale = crate::sale::unpaid_sale_at(shop).await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    assert_eq!(sale.reconcile().await["payments_reconciled"], json!({ "done": 1, "failed": 0 }));
    let order = sale.order().await;
    assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("processing"), &json!("succeeded")));
}

#[tokio::test]
async fn a_debit_is_taken_from_its_events_without_permission() {
    let shop = TestShop::open_with_restricted_key(&["rak_payment_intent_write"]).await;
    let sale = crate::sale::unpaid_sale_at(shop).await;
    sale.stripe.confirm(&sale.intent, BANK_ACCOUNT).await;
    let settled = format!("payment_intents/{}/settle", sale.intent);
    sale.stripe.command(&settled, &json!({ "outcome": "failed" })).await;
    sale.stripe.set_restricted_key("rk_test_restricted_local", &[]).await;
    for (kind, status) in [("payment_intent.processing", "processing"), ("payment_intent.payment_failed", "failed")] {
        sale.deliver_latest(kind).await.expect(200);
        assert_eq!(sale.order().await.at("/payment/status"), status);
    }
}
