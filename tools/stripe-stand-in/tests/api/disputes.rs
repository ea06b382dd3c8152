//! Disputes and inquiries: their statuses, their events, and what they forbid.

use crate::support::{Stripe, send};
use reqwest::Method;
use serde_json::{Value, json};

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
    let types = receiver.types();
    assert_eq!(types[types.len() - 2..], ["charge.dispute.created", "charge.dispute.funds_withdrawn"]);
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
    let types = receiver.types();
    let of_disputes: Vec<_> = types.iter().filter_map(|kind| kind.strip_prefix("charge.dispute.")).collect();
    assert_eq!(
        of_disputes,
        ["created", "funds_withdrawn", "closed", "created", "funds_withdrawn", "closed", "funds_reinstated"]
    );
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
    let again = stripe.request(Method::POST, "/_stand-in/disputes").json(&json!({ "payment_intent": intent }));
    assert_eq!(send(again).await.error().2, Some("charge_already_refunded"));
}

/// Pays and opens a dispute or an inquiry. Returns the payment intent and the dispute.
async fn dispute(stripe: &Stripe, inquiry: bool) -> (String, Value) {
    let intent = stripe.paid_intent().await;
    let body = json!({ "payment_intent": intent, "inquiry": inquiry });
    let dispute = stripe.control("/_stand-in/disputes", body).await;
    (intent, dispute)
}

fn path(dispute: &Value, action: &str) -> String {
    format!("/_stand-in/disputes/{}/{action}", dispute["id"].as_str().unwrap())
}

#[tokio::test]
async fn an_inquiry_withdraws_nothing_and_closes_as_warning_closed() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let (_, opened) = dispute(&stripe, true).await;
    assert_eq!(opened["status"], "warning_needs_response");
    assert_eq!((&opened["balance_transactions"], &opened["is_charge_refundable"]), (&json!([]), &json!(true)));
    assert_eq!(opened["payment_method_details"]["card"]["case_type"], "inquiry");
    let reviewed = stripe.control(&path(&opened, "respond"), json!({})).await;
    assert_eq!(reviewed["status"], "warning_under_review");
    for outcome in ["won", "lost"] {
        let close = stripe.request(Method::POST, &path(&opened, "close")).json(&json!({ "outcome": outcome }));
        assert_eq!(send(close).await.status, 400, "{outcome}");
    }
    let closed = stripe.control(&path(&opened, "close"), json!({ "outcome": "warning_closed" })).await;
    assert_eq!(closed["status"], "warning_closed");
    stripe.wait_until_settled().await;
    let types = receiver.types();
    assert_eq!(types[types.len() - 3..], ["charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"]);
}

#[tokio::test]
async fn an_inquiry_that_escalates_withdraws_the_payment() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let (intent, opened) = dispute(&stripe, true).await;
    let escalated = stripe.control(&path(&opened, "escalate"), json!({})).await;
    assert_eq!((&escalated["status"], &escalated["id"]), (&json!("needs_response"), &opened["id"]));
    assert_eq!(escalated["balance_transactions"][0]["amount"], -2000);
    let reply = stripe.post("/v1/refunds", &[("payment_intent", intent.as_str())]).await;
    assert_eq!(reply.error().2, Some("charge_disputed"));
    assert_eq!(stripe.control(&path(&opened, "respond"), json!({})).await["status"], "under_review");
    let escalate = stripe.request(Method::POST, &path(&opened, "escalate"));
    assert_eq!(send(escalate).await.status, 400);
    stripe.wait_until_settled().await;
    let types = receiver.types();
    let expected = ["updated", "funds_withdrawn", "updated"].map(|kind| format!("charge.dispute.{kind}"));
    assert_eq!(types[types.len() - 3..], expected);
}

#[tokio::test]
async fn a_full_refund_closes_an_inquiry() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    let (intent, opened) = dispute(&stripe, true).await;
    let target = ("payment_intent", intent.as_str());
    assert_eq!(stripe.post("/v1/refunds", &[target, ("amount", "500")]).await.status, 200);
    let retrieve = format!("/v1/disputes/{}", opened["id"].as_str().unwrap());
    assert_eq!(stripe.get(&retrieve).await.body["status"], "warning_needs_response");
    assert_eq!(stripe.post("/v1/refunds", &[target]).await.status, 200);
    assert_eq!(stripe.get(&retrieve).await.body["status"], "warning_closed");
    stripe.wait_until_settled().await;
    assert_eq!(receiver.types().last().unwrap(), "charge.dispute.closed");
}

#[tokio::test]
async fn a_charge_stays_disputed_after_its_dispute_has_ended() {
    let stripe = Stripe::start().await;
    for (inquiry, outcome) in [(false, "won"), (false, "lost"), (true, "warning_closed")] {
        let (intent, opened) = dispute(&stripe, inquiry).await;
        stripe.control(&path(&opened, "close"), json!({ "outcome": outcome })).await;
        let charges = stripe.get(&format!("/v1/charges?payment_intent={intent}")).await;
        assert_eq!(charges.body["data"][0]["disputed"], true, "{outcome}");
    }
}

#[tokio::test]
async fn some_test_cards_are_disputed_at_once() {
    for (payment_method, status, reason) in [
        ("pm_card_createDispute", "needs_response", "fraudulent"),
        ("pm_card_createDisputeProductNotReceived", "needs_response", "product_not_received"),
        ("pm_card_createDisputeInquiry", "warning_needs_response", "fraudulent"),
    ] {
        let stripe = Stripe::start().await;
        let intent = stripe.intent().await;
        assert_eq!(stripe.confirm(&intent, payment_method).await.body["status"], "succeeded");
        let disputes = stripe.get(&format!("/v1/disputes?payment_intent={intent}")).await;
        let dispute = &disputes.body["data"][0];
        assert_eq!((&dispute["status"], &dispute["reason"]), (&json!(status), &json!(reason)), "{payment_method}");
    }
}
