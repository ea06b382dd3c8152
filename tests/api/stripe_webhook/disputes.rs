//! A buyer's bank takes the money back.

use super::deliver;
use crate::admin::refund_order::sale;
use serde_json::json;

#[tokio::test]
async fn a_disputed_order_is_marked_and_not_shipped_until_the_dispute_is_won() {
    let sale = sale().await;
    let dispute = sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let created = sale.stripe.event("charge.dispute.created").await;
    for _ in 0..2 {
        deliver(&sale.shop, &created).await.expect(200);
    }
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
    let refused = sale.ship().await.expect(409);
    assert_eq!((refused.at("/code"), refused.at("/reason")), (&json!("order_on_hold"), &json!("disputed")));
    let id = dispute["id"].as_str().expect("an id");
    sale.stripe.command(&format!("disputes/{id}/close"), &json!({ "outcome": "won" })).await;
    deliver(&sale.shop, &sale.stripe.event("charge.dispute.closed").await).await.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
    sale.ship().await.expect(200);
}

#[tokio::test]
async fn a_lost_dispute_leaves_its_mark() {
    let sale = sale().await;
    let dispute = sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let id = dispute["id"].as_str().expect("an id");
    sale.stripe.command(&format!("disputes/{id}/close"), &json!({ "outcome": "lost" })).await;
    // The later event comes first.
    deliver(&sale.shop, &sale.stripe.event("charge.dispute.closed").await).await.expect(200);
    deliver(&sale.shop, &sale.stripe.event("charge.dispute.created").await).await.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!(["disputed"]));
}

#[tokio::test]
async fn money_that_is_disputed_is_not_refunded_as_well() {
    let sale = sale().await;
    sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let refused = sale.refund(json!({})).await.expect(409);
    assert_eq!((refused.at("/code"), refused.at("/reason")), (&json!("refund_refused"), &json!("charge_disputed")));
    let order = sale.order().await;
    assert_eq!((order.at("/refunds/0/status"), order.at("/refundable_amount")), (&json!("failed"), &json!(30.0)));
    assert_eq!(order.at("/flags"), &json!(["refund_failed"]));
}

#[tokio::test]
async fn an_order_is_marked_as_long_as_one_of_its_disputes_is_not_won() {
    let sale = sale().await;
    let open = async || sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let (first, second) = (open().await, open().await);
    let created = sale.stripe.event("charge.dispute.created").await;
    for (dispute, flags) in [(&first, json!(["disputed"])), (&second, json!([]))] {
        let path = format!("disputes/{}/close", dispute["id"].as_str().expect("an id"));
        sale.stripe.command(&path, &json!({ "outcome": "won" })).await;
        deliver(&sale.shop, &sale.stripe.event("charge.dispute.closed").await).await.expect(200);
        assert_eq!(sale.order().await.at("/flags"), &flags);
    }
    // This one is late, and tells of what was true once.
    deliver(&sale.shop, &created).await.expect(200);
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_events_at_once_the_older_view_is_not_written_last() {
    let sale = sale().await;
    let dispute = sale.stripe.command("disputes", &json!({ "payment_intent": sale.intent })).await;
    let created = sale.stripe.event("charge.dispute.created").await;
    // Its list of disputes is made now, and comes when the dispute is over.
    sale.stripe.order_fault(&json!({ "path": "/v1/disputes", "delay_after_ms": 1500 })).await;
    let overtaken = deliver(&sale.shop, &created);
    let overtaking = async {
        while sale.stripe.faults_left().await > 0 {
            tokio::task::yield_now().await;
        }
        let path = format!("disputes/{}/close", dispute["id"].as_str().expect("an id"));
        sale.stripe.command(&path, &json!({ "outcome": "won" })).await;
        deliver(&sale.shop, &sale.stripe.event("charge.dispute.closed").await).await
    };
    let (overtaken, overtaking) = futures_util::join!(overtaken, overtaking);
    assert_eq!((overtaken.status.as_u16(), overtaking.status.as_u16()), (200, 200));
    assert_eq!(sale.order().await.at("/flags"), &json!([]));
}
