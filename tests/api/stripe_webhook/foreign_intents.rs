//! Intents that name an order in their metadata, but are not the order's: their events do not change it.

use crate::admin::refund_order::{paid_sale, unpaid_sale};
use crate::stripe_webhook::deliver;
use serde_json::json;

#[tokio::test]
async fn refunds_and_disputes_of_another_intent_do_not_count() {
    let sale = paid_sale().await;
    let other = sale.stripe.create_intent(&sale.id, 3000).await;
    let other = other["id"].as_str().expect("an intent");
    sale.stripe.confirm(other, "pm_card_visa").await;
    sale.stripe.refund_by_hand(other, 1000).await;
    sale.stripe.command("disputes", &json!({ "payment_intent": other })).await;
    for kind in ["charge.refunded", "charge.dispute.created"] {
        sale.deliver_latest(kind).await.expect(200);
    }
    let order = sale.order().await;
    assert_eq!((order.at("/refunds"), order.at("/flags")), (&json!([]), &json!([])));
    assert_eq!(order.at("/refundable_amount"), &json!(30.0));
}

#[tokio::test]
async fn a_payment_of_another_intent_flags_the_order() {
    let sale = unpaid_sale().await;
    let other = sale.stripe.create_intent(&sale.id, 3000).await;
    sale.stripe.confirm(other["id"].as_str().expect("an intent"), "pm_card_visa").await;
    let paid = sale.stripe.event("payment_intent.succeeded").await;
    deliver(&sale.shop, &paid).await.expect(200);
    let order = sale.order().await;
    assert_eq!((order.at("/status"), order.at("/flags")), (&json!("pending"), &json!(["foreign_intent"])));
}

#[tokio::test]
async fn a_second_intent_is_not_attached_to_an_order() {
    let sale = unpaid_sale().await;
    let (id, now) = (sale.id.parse().expect("an id"), sale.shop.state().now());
    let attach =
        async |intent: &str| sale.shop.state().orders.attach_intent(id, intent, None, now).await.expect("a result");
    assert!(attach("pi_other").await.is_none());
    assert_eq!(sale.order().await.at("/transaction_id"), sale.intent.as_str());
    assert!(attach(&sale.intent).await.is_some(), "the same intent may be attached again");
}
