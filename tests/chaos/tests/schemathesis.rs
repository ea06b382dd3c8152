//! What nobody thought of is answered as openapi.json says: a short run with the same questions each time,
//! as `cargo xtask fuzz` asks for longer.

use ferrocart_chaos::{Budget, Role, fuzz};

const SEED: u64 = 7;
const CASES: u32 = 5;

async fn assert_right(role: Role) {
    assert!(fuzz(role, SEED, Budget::Cases(CASES)).await, "openapi.json and the shop differ: see above");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_answered_as_the_document_says() {
    assert_right(Role::Anonymous).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_answered_as_the_document_says() {
    assert_right(Role::Customer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_is_answered_as_the_document_says() {
    assert_right(Role::Admin).await;
}
