//! The file that keeps payments between two runs.

use crate::support::Stripe;
use serde_json::json;
use std::fs;
use std::path::Path;
use stripe_stand_in::{Settings, StandIn};

fn settings(file: &Path) -> Settings {
    Settings { state_file: Some(file.to_owned()), ..Settings::default() }
}

#[tokio::test]
async fn payments_of_an_earlier_run_can_be_refunded() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("stripe.json");
    let first = Stripe::start_with(settings(&file)).await;
    let intent = first.intent().await;
    let declined = first.confirm(&first.intent().await, "pm_card_chargeDeclined").await;
    assert_eq!(declined.status, 402);
    assert_eq!(first.confirm(&intent, "pm_card_pendingRefund").await.body["status"], "succeeded");
    // The clock stays ahead, so that what was created is not in the future.
    first.control("/_stand-in/clock/advance", json!({ "seconds": 3_600 })).await;
    let refund = first.post("/v1/refunds", &[("payment_intent", &intent), ("amount", "500")]).await;
    assert_eq!(refund.body["status"], "pending");
    let lists = ["payment_intents", "charges", "refunds", "disputes", "events"];
    let mut before = Vec::new();
    for list in lists {
        before.push(first.get(&format!("/v1/{list}")).await.body);
    }
    first.running.shutdown().await.unwrap();

    let second = Stripe::start_with(settings(&file)).await;
    for (list, before) in lists.iter().zip(before) {
        assert_eq!(second.get(&format!("/v1/{list}")).await.body, before, "{list}");
    }
    let rest = second.post("/v1/refunds", &[("payment_intent", &intent)]).await;
    assert_eq!((rest.status, &rest.body["amount"]), (200, &json!(1_500)));
    // The bank completes the refund of the earlier run, at its time.
    second.control("/_stand-in/clock/advance", json!({ "seconds": 30 * 24 * 3_600 })).await;
    let settled = second.get(&format!("/v1/refunds/{}", refund.id())).await;
    assert_eq!(settled.body["status"], "succeeded");
    let events = second.get("/v1/events?limit=100").await;
    let events = events.body["data"].as_array().unwrap().iter().map(|event| event["created"].as_i64().unwrap());
    assert!(events.rev().is_sorted(), "the events have the time of the account's clock");
}

#[tokio::test]
async fn a_damaged_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("stripe.json");
    fs::write(&file, "{").unwrap();
    let Err(error) = StandIn::start(settings(&file)).await else { panic!("a damaged file was read") };
    let message = error.to_string();
    assert!(message.contains("stripe.json") && message.contains("delete it"), "{message}");
}
