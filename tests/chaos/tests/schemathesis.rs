//! Proves that the responses of the shop match `openapi.json`, in each role.
//!
//! Schemathesis generates requests from the document, valid and invalid ones, and verifies the responses. These are
//! short runs with a constant seed; `cargo xtask fuzz` does longer ones.

use ferrocart_chaos::{Budget, Role, fuzz};

const SEED: u64 = 7;
const CASES: u32 = 5;

async fn assert_documented(role: Role) {
    assert!(fuzz(role, SEED, Budget::Cases(CASES)).await, "responses differ from openapi.json: see above");
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_to_anonymous_clients_match_the_document() {
    assert_documented(Role::Anonymous).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_to_customers_match_the_document() {
    assert_documented(Role::Customer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_to_administrators_match_the_document() {
    assert_documented(Role::Admin).await;
}
