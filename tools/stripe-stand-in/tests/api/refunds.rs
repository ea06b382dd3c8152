//! Refunds and disputes.

use crate::support::{Stripe, send};
use serde_json::json;

#[tokio::test]
async fn a_charge_is_refunded_in_parts_up_to_its_amount() {
    let stripe = Stripe::start().await;
    let intent = stripe.paid_intent().await;
    let form = [
        ("payment_intent", intent.as_str()),
        ("amount", "500"),
        ("reason", "requested_by_customer"),
        ("metadata[line]", "1"),
    ];
    let refund = stripe.post("/v1/refunds", &form).await;
    assert_eq!(refund.status, 200);
    for (field, value) in [
        ("object", json!("refund")),
        ("amount", json!(500)),
        ("currency", json!("usd")),
        ("status", json!("succeeded")),
        ("reason", json!("requested_by_customer")),
        ("payment_intent", json!(intent)),
        ("metadata", json!({ "line": "1" })),
    ] {
        assert_eq!(refund.body[field], value, "{field}");
    }
    assert_eq!(stripe.get(&format!("/v1/refunds/{}", refund.id())).await.body, refund.body);

    let charge = refund.body["charge"].as_str().unwrap();
    let reply = stripe.post("/v1/refunds", &[("charge", charge), ("amount", "1501")]).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", None));
    assert_eq!(reply.body["error"]["param"], "amount");
    assert_eq!(reply.message(), "Refund amount ($15.01) is greater than unrefunded amount on charge ($15.00)");
    let reply = stripe.post("/v1/refunds", &[("charge", charge), ("amount", "2001")]).await;
    assert_eq!(reply.message(), "Refund amount ($20.01) is greater than charge amount ($20.00)");

    let second = stripe.post("/v1/refunds", &[("charge", charge)]).await;
    assert_eq!(second.body["amount"], 1500);
    let charged = stripe.get(&format!("/v1/charges/{charge}")).await.body;
    assert_eq!((&charged["refunded"], &charged["amount_refunded"]), (&json!(true), &json!(2000)));
    let reply = stripe.post("/v1/refunds", &[("charge", charge)]).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", Some("charge_already_refunded")));
    assert_eq!(reply.message(), format!("Charge {charge} has already been refunded."));

    let list = stripe.get(&format!("/v1/refunds?payment_intent={intent}")).await;
    assert_eq!(list.ids(), [second.id(), refund.id()]);
}

#[tokio::test]
async fn an_unpaid_intent_cannot_be_refunded() {
    let stripe = Stripe::start().await;
    let intent = stripe.intent().await;
    let message = format!("This PaymentIntent ({intent}) does not have a successful charge to refund.");
    let form = [("payment_intent", intent.as_str())];
    assert_eq!(stripe.post("/v1/refunds", &form).await.message(), message);
    stripe.confirm(&intent, "pm_card_chargeDeclined").await;
    assert_eq!(stripe.post("/v1/refunds", &form).await.message(), message);

    let reply = stripe.post("/v1/refunds", &[]).await;
    assert!(reply.message().starts_with("One of the following params should be provided"));
    let reply = stripe.post("/v1/refunds", &[("payment_intent", "pi_none")]).await;
    assert_eq!(reply.error(), (404, "invalid_request_error", Some("resource_missing")));
}

#[tokio::test]
async fn a_disputed_charge_cannot_be_refunded() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let intent = stripe.paid_intent().await;
    let dispute = stripe.control("/_stand-in/disputes", json!({ "payment_intent": intent })).await;
    assert_eq!(dispute["object"], "dispute");
    assert_eq!(dispute["amount"], 2000);
    assert_eq!(dispute["payment_intent"], intent);
    let path = format!("/v1/disputes/{}", dispute["id"].as_str().unwrap());
    assert_eq!(stripe.get(&path).await.body, dispute);
    let list = stripe.get(&format!("/v1/disputes?payment_intent={intent}")).await;
    assert_eq!(list.body["data"], json!([dispute]));
    let reply = stripe.post("/v1/refunds", &[("payment_intent", intent.as_str())]).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", Some("charge_disputed")));
    stripe.wait_until_settled().await;
    assert_eq!(receiver.types().last().unwrap(), "charge.dispute.created");
}

#[tokio::test]
async fn a_failed_refund_makes_its_amount_refundable_again() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let intent = stripe.paid_intent().await;
    let refund = stripe.post("/v1/refunds", &[("payment_intent", intent.as_str())]).await;
    let failed = stripe.control(&format!("/_stand-in/refunds/{}/fail", refund.id()), json!({})).await;
    assert_eq!((&failed["status"], &failed["failure_reason"]), (&json!("failed"), &json!("lost_or_stolen_card")));
    let charge = stripe.get(&format!("/v1/charges/{}", refund.body["charge"].as_str().unwrap())).await.body;
    assert_eq!((&charge["refunded"], &charge["amount_refunded"]), (&json!(false), &json!(0)));
    stripe.wait_until_settled().await;
    assert_eq!(receiver.types().last().unwrap(), "refund.failed");
    assert_eq!(stripe.post("/v1/refunds", &[("payment_intent", intent.as_str())]).await.body["amount"], 2000);
}

#[tokio::test]
async fn a_charge_is_refundable_after_a_won_dispute_only() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    for (outcome, refund) in [("lost", 400), ("won", 200)] {
        let intent = stripe.paid_intent().await;
        let dispute = stripe.control("/_stand-in/disputes", json!({ "payment_intent": intent })).await;
        let path = format!("/_stand-in/disputes/{}/close", dispute["id"].as_str().unwrap());
        assert_eq!(stripe.control(&path, json!({ "outcome": outcome })).await["status"], outcome);
        assert_eq!(
            stripe.post("/v1/refunds", &[("payment_intent", intent.as_str())]).await.status,
            refund,
            "{outcome}"
        );
    }
    stripe.wait_until_settled().await;
    assert!(receiver.types().contains(&"charge.dispute.closed".to_owned()));
}

#[tokio::test]
async fn a_charge_with_two_disputes_is_refundable_when_both_are_won() {
    let stripe = Stripe::start().await;
    let intent = stripe.paid_intent().await;
    let open = async || stripe.control("/_stand-in/disputes", json!({ "payment_intent": intent })).await;
    let (first, second) = (open().await, open().await);
    for (dispute, refund) in [(&first, 400), (&second, 200)] {
        let path = format!("/_stand-in/disputes/{}/close", dispute["id"].as_str().unwrap());
        stripe.control(&path, json!({ "outcome": "won" })).await;
        assert_eq!(stripe.post("/v1/refunds", &[("payment_intent", intent.as_str())]).await.status, refund);
    }
    let again = stripe.request(reqwest::Method::POST, "/_stand-in/disputes").json(&json!({ "payment_intent": intent }));
    assert_eq!(send(again).await.error().2, Some("charge_already_refunded"));
}
