//! Disputes: the buyer's bank reverses a payment.

use super::deliver;
use crate::admin::refund_order::paid_sale;
use mongodb::bson::doc;
use serde_json::json;

#[tokio::test]
async fn a_disputed_order_is_flagged_and_held_until_won() {
    let sale = paid_sale().await;
    let dispute = sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let created = sale.stripe.event("charge.dispute.created").await;
    for _ in 0..2 {
        deliver(&sale.shop, &created).await.expect(200);
    }
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
    let rejected = sale.ship().await.expect(409);
    assert_eq!((rejected.at("/code"), rejected.at("/reason")), (&json!("order_on_hold"), &json!("disputed")));
    let id = dispute["id"].as_str().expect("an id");
    sale.stripe.command(&format!("disputes/{id}/close"), &json!({ "outcome": "won" })).await;
    deliver(&sale.shop, &sale.stripe.event("charge.dispute.closed").await).await.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
    sale.ship().await.expect(200);
}

#[tokio::test]
async fn a_dispute_keeps_other_flags() {
    let sale = paid_sale().await;
    sale.change(doc! { "flags": ["foreign_intent", "refund_failed"] }).await;
    sale.dispute().await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    // No refund of this order has failed, so that flag is removed.
    assert_eq!(sale.order().await.at("/flags"), &json!(["foreign_intent", "disputed"]));
}

#[tokio::test]
async fn a_lost_dispute_keeps_the_flag() {
    let sale = paid_sale().await;
    let dispute = sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let id = dispute["id"].as_str().expect("an id");
    sale.stripe.command(&format!("disputes/{id}/close"), &json!({ "outcome": "lost" })).await;
    // The events arrive in reverse order.
    deliver(&sale.shop, &sale.stripe.event("charge.dispute.closed").await).await.expect(200);
    deliver(&sale.shop, &sale.stripe.event("charge.dispute.created").await).await.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
}

#[tokio::test]
async fn a_disputed_payment_is_not_refunded() {
    let sale = paid_sale().await;
    sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let rejected = sale.refund(json!({})).await.expect(409);
    assert_eq!((rejected.at("/code"), rejected.at("/reason")), (&json!("refund_refused"), &json!("charge_disputed")));
    // The shop has learned of the dispute before its event.
    let order = sale.order().await;
    assert_eq!((order.at("/refunds/0/status"), order.at("/refundable_amount")), (&json!("failed"), &json!(0.0)));
    assert_eq!(order.at("/flags"), &json!(["disputed"]));
}

#[tokio::test]
async fn an_order_stays_flagged_until_every_dispute_is_won() {
    let sale = paid_sale().await;
    let open = async || sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let (first, second) = (open().await, open().await);
    let created = sale.stripe.event("charge.dispute.created").await;
    for (dispute, flags) in [(&first, json!(["disputed"])), (&second, json!([]))] {
        let path = format!("disputes/{}/close", dispute["id"].as_str().expect("an id"));
        sale.stripe.command(&path, &json!({ "outcome": "won" })).await;
        deliver(&sale.shop, &sale.stripe.event("charge.dispute.closed").await).await.expect(200);
        assert_eq!(sale.order().await.at("/flags"), &flags);
    }
    // This event arrives late and is outdated.
    deliver(&sale.shop, &created).await.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delayed_dispute_event_does_not_overwrite_a_newer_one() {
    let sale = paid_sale().await;
    let dispute = sale.dispute().await;
    let created = sale.stripe.event("charge.dispute.created").await;
    // Stripe compiles the list of disputes now and delivers it after the dispute is closed.
    let newer = async {
        sale.close_dispute(&dispute, "won").await;
        sale.deliver_latest("charge.dispute.closed").await.expect(200)
    };
    let delayed = sale.stripe.before_response(("GET", "/v1/disputes"), deliver(&sale.shop, &created), newer).await;
    delayed.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
}

#[tokio::test]
async fn a_dispute_event_is_delivered_again_after_an_outage() {
    let sale = paid_sale().await;
    sale.dispute().await;
    sale.stripe.order_fault(&json!({ "path": "/v1/disputes", "action": "rate_limit" })).await;
    assert!(sale.deliver_latest("charge.dispute.created").await.status.is_server_error());
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
}

#[tokio::test]
async fn an_inquiry_does_not_repeat_a_rejected_refund() {
    let sale = paid_sale().await;
    sale.reject_refund().await;
    sale.admin.put(&format!("/admin/orders/{}", sale.id), json!({ "status": "cancelled" })).await.expect(200);
    assert_eq!(sale.order().await.at("/refundable_amount"), &json!(30.0));
    sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent, "inquiry": true })).await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    assert_eq!(sale.order().await.at("/refunds").as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn an_inquiry_holds_the_order_and_takes_nothing_until_closed() {
    let sale = paid_sale().await;
    let inquiry = json!({ "payment_intent": sale.intent, "inquiry": true });
    let inquiry = sale.stripe.command("disputes", &inquiry).await;
    sale.deliver_latest("charge.dispute.created").await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/flags"), order.at("/payment/dispute/status")), (&json!(["disputed"]), &json!("inquiry")));
    assert_eq!(order.at("/refundable_amount"), &json!(30.0));
    assert_eq!(sale.ship().await.expect(409).at("/reason"), "disputed");
    sale.close_dispute(inquiry["id"].as_str().expect("an id"), "warning_closed").await;
    sale.deliver_latest("charge.dispute.closed").await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/flags"), order.at("/payment/dispute/status")), (&json!([]), &json!("won")));
    sale.ship().await.expect(200);
}
