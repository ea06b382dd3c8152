//! Runs `official_sdk.py`, which tests the stand-in with Stripe's official Python SDK.

use std::process::Command;
use stripe_stand_in::{Settings, StandIn};

#[tokio::test]
async fn the_official_sdk_works_with_the_stand_in() {
    #[expect(clippy::disallowed_methods, reason = "the path of Python is the only setting of this test")]
    let python = std::env::var("STRIPE_SDK_PYTHON").expect(
        "STRIPE_SDK_PYTHON names a Python that has the packages of tests/requirements.txt; \
         `cargo xtask test` creates one and sets it",
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
