//! Refunds: amounts, and refunds that are pending, cancelled or fail later.

use crate::support::{Reply, Stripe, send};
use reqwest::Method;
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

const DAY: i64 = 24 * 60 * 60;

/// Pays with a payment method and refunds in full. Returns the path of the charge and the refund.
async fn refund(stripe: &Stripe, payment_method: &str) -> (String, Reply) {
    let intent = stripe.intent().await;
    stripe.confirm(&intent, payment_method).await;
    stripe.control("/_stand-in/clock/advance", json!({ "seconds": 4 * DAY })).await;
    let refund = stripe.post("/v1/refunds", &[("payment_intent", intent.as_str())]).await;
    (format!("/v1/charges/{}", refund.body["charge"].as_str().unwrap()), refund)
}

#[tokio::test]
async fn a_refund_can_be_pending_and_succeed_or_fail_days_later() {
    for (payment_method, first, later, refunded) in [
        ("pm_card_visa", "succeeded", "succeeded", 2000),
        ("pm_card_pendingRefund", "pending", "succeeded", 2000),
        ("pm_usBankAccount_success", "pending", "succeeded", 2000),
        ("pm_card_refundFail", "succeeded", "failed", 0),
    ] {
        let stripe = Stripe::start().await;
        let (charge, refund) = refund(&stripe, payment_method).await;
        assert_eq!(refund.body["status"], first, "{payment_method}");
        assert_eq!(stripe.get(&charge).await.body["amount_refunded"], 2000);
        stripe.control("/_stand-in/clock/advance", json!({ "seconds": 5 * DAY })).await;
        let ended = stripe.get(&format!("/v1/refunds/{}", refund.id())).await.body;
        assert_eq!(ended["status"], later, "{payment_method}");
        assert_eq!(ended.get("failure_reason").is_some(), later == "failed");
        assert_eq!(stripe.get(&charge).await.body["amount_refunded"], refunded, "{payment_method}");
    }
}

#[tokio::test]
async fn only_a_refund_that_requires_action_can_be_cancelled() {
    let (stripe, mut receiver) = Stripe::start_with_receiver(&[]).await;
    for status in ["succeeded", "pending"] {
        stripe.control("/_stand-in/behaviour", json!({ "refund_status": status })).await;
        let (_, refund) = refund(&stripe, "pm_card_visa").await;
        let reply = stripe.post(&format!("/v1/refunds/{}/cancel", refund.id()), &[]).await;
        assert_eq!(reply.error(), (400, "invalid_request_error", None), "{status}");
        assert!(reply.message().contains(&format!("a status of {status}")));
    }
    stripe.control("/_stand-in/behaviour", json!({ "refund_status": "requires_action" })).await;
    let (charge, refund) = refund(&stripe, "pm_card_visa").await;
    assert_eq!(refund.body["next_action"]["type"], "display_details");
    stripe.wait_until_settled().await;
    receiver.types();
    let canceled = stripe.post(&format!("/v1/refunds/{}/cancel", refund.id()), &[]).await;
    assert_eq!(canceled.body["status"], "canceled");
    assert_eq!(stripe.get(&charge).await.body["amount_refunded"], 0);
    stripe.wait_until_settled().await;
    assert_eq!(receiver.types(), ["refund.updated", "charge.refund.updated"]);
    assert_eq!(stripe.post("/v1/refunds/re_none/cancel", &[]).await.status, 404);
}

#[tokio::test]
async fn the_control_api_settles_an_open_refund_once() {
    let stripe = Stripe::start().await;
    for first in ["pending", "requires_action"] {
        stripe.control("/_stand-in/behaviour", json!({ "refund_status": first })).await;
        for (outcome, refunded) in [("succeeded", 2000), ("failed", 0), ("canceled", 0)] {
            let (charge, refund) = refund(&stripe, "pm_card_visa").await;
            let path = format!("/_stand-in/refunds/{}/settle", refund.id());
            assert_eq!(stripe.control(&path, json!({ "outcome": outcome })).await["status"], outcome);
            assert_eq!(stripe.get(&charge).await.body["amount_refunded"], refunded, "{outcome}");
            let again = stripe.request(Method::POST, &path).json(&json!({ "outcome": outcome }));
            assert_eq!(send(again).await.status, 400);
        }
    }
}

#[tokio::test]
async fn invalid_refunds_are_rejected() {
    let stripe = Stripe::start().await;
    let intent = stripe.paid_intent().await;
    let target = ("payment_intent", intent.as_str());
    for (form, param) in [
        (vec![target, ("charge", "ch_1")], "payment_intent"),
        (vec![target, ("amount", "1.5")], "amount"),
        (vec![target, ("amount", "0")], "amount"),
        (vec![target, ("reason", "boredom")], "reason"),
        (vec![target, ("reason", "expired_uncaptured_charge")], "reason"),
        (vec![target, ("metadata", "1")], "metadata"),
        (vec![target, ("refund_application_fee", "true")], "refund_application_fee"),
    ] {
        let reply = stripe.post("/v1/refunds", &form).await;
        assert_eq!((reply.status, &reply.body["error"]["param"]), (400, &json!(param)), "{form:?}");
    }
    let form = [("amount", "5000"), ("currency", "kwd")];
    let dinars = stripe.post("/v1/payment_intents", &form).await.id();
    stripe.confirm(&dinars, "pm_card_visa").await;
    let reply = stripe.post("/v1/refunds", &[("payment_intent", dinars.as_str()), ("amount", "1234")]).await;
    assert_eq!(reply.error(), (400, "invalid_request_error", None));
}
