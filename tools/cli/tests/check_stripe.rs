//! Runs `ferrocart check-stripe` as a process, on a Stripe stand-in.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use std::process::{Command, Output, Stdio};

use serde_json::json;
use stripe_stand_in::{Running, Settings, StandIn};

const KEY: &str = "rk_test_restricted_local";

async fn stand_in(permissions: &[&str]) -> Running {
    let stripe = StandIn::start(Settings::default()).await.expect("a stand-in");
    let url = format!("{}/_stand-in/restricted-keys", stripe.base_url());
    let body = json!({ "key": KEY, "permissions": permissions });
    reqwest::Client::new().put(url).json(&body).send().await.expect("a response").error_for_status().expect("a key");
    stripe
}

/// Runs the command on another thread, because the stand-in runs on this one.
async fn check(stripe: &Running, key: &'static str) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
    command.arg("check-stripe").env("STRIPE_SECRET_KEY", key).env("STRIPE_API_BASE", stripe.base_url());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread").expect("the output");
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output, String::from_utf8(text).expect("UTF-8"))
}

#[tokio::test]
async fn a_key_with_every_permission_passes() {
    let stripe = stand_in(&["rak_payment_intent_write", "rak_charge_write", "rak_dispute_read"]).await;
    for key in [KEY, "sk_test_local"] {
        let (output, text) = check(&stripe, key).await;
        assert!(output.status.success() && text.matches("granted").count() == 3, "{text}");
        assert!(!text.contains("restricted_local"), "{text}");
    }
    let client = reqwest::Client::new().get(format!("{}/v1/events", stripe.base_url())).bearer_auth("sk_test_local");
    let events: serde_json::Value = client.send().await.expect("a response").json().await.expect("JSON");
    assert_eq!(events["data"], json!([]), "the check changes nothing");
}

#[tokio::test]
async fn each_missing_permission_is_named() {
    for (permissions, missing) in [
        (["rak_payment_intent_write", "rak_charge_write"], vec!["Disputes: Read"]),
        (["rak_payment_intent_write", "rak_dispute_read"], vec!["Charges and Refunds: Write"]),
        (
            ["rak_payment_intent_read", "rak_charge_read"],
            vec!["PaymentIntents: Write", "Charges and Refunds: Write", "Disputes: Read"],
        ),
    ] {
        let stripe = stand_in(&permissions).await;
        let (output, text) = check(&stripe, KEY).await;
        assert!(!output.status.success(), "{text}");
        assert_eq!(text.matches("MISSING").count(), missing.len(), "{text}");
        assert!(missing.iter().all(|name| text.contains(&format!("MISSING  {name}"))), "{text}");
    }
}

#[tokio::test]
async fn keys_that_cannot_work_are_rejected_with_the_reason() {
    let stripe = stand_in(&[]).await;
    for (key, reason) in [
        ("pk_test_local", "publishable key"),
        ("whsec_local", "webhook secret"),
        ("local", "no Stripe key"),
        ("sk_test_mistyped", "does not know this key"),
    ] {
        let (output, text) = check(&stripe, key).await;
        assert!(!output.status.success() && text.contains(reason), "{text}");
    }
}

#[test]
fn a_secret_is_no_option_and_is_not_asked_for_without_a_terminal() {
    for (command, name) in [("check-stripe", "STRIPE_SECRET_KEY"), ("migrate", "MONGODB_URI")] {
        let run = |arguments: &[&str]| {
            let mut ferrocart = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
            ferrocart.arg(command).args(arguments).env_remove(name).stdin(Stdio::null());
            let output = ferrocart.output().expect("the output");
            (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
        };
        let (code, text) = run(&[]);
        assert!(code == Some(1) && text.contains(&format!("{name} is not set")), "{text}");
        let option = format!("--{}=secret", name.to_lowercase().replace('_', "-"));
        let (code, text) = run(&[&option]);
        assert!(code == Some(2) && text.contains("unexpected argument"), "{text}");
    }
}
