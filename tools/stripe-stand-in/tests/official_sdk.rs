//! Stripe's official Python SDK against the stand-in: `official_sdk.py` has the checks.

use std::process::Command;
use stripe_stand_in::{Settings, StandIn};

#[tokio::test]
async fn the_official_sdk_takes_the_stand_in_for_stripe() {
    #[expect(clippy::disallowed_methods, reason = "a test has no configuration but this")]
    let python = std::env::var("STRIPE_SDK_PYTHON").expect(
        "STRIPE_SDK_PYTHON names a Python that has the packages of tests/requirements.txt; \
         `cargo xtask test` makes one and sets it",
    );
    let stripe = StandIn::start(Settings::default()).await.unwrap();
    let mut script = Command::new(python);
    script
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/official_sdk.py"))
        .env("STAND_IN_URL", stripe.base_url())
        .env("STAND_IN_SECRET_KEY", "sk_test_local")
        .env("STAND_IN_PUBLISHABLE_KEY", "pk_test_local");
    let output = tokio::task::spawn_blocking(move || script.output()).await.unwrap().unwrap();
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && report.contains("Ran 14 tests"), "{report}");
}
