//! Buyers without an account.

use crate::program::{assert_passes, open_shared};

async fn buy(scenario: &str) {
    assert_passes(&mut open_shared().await, "apps/main.js", scenario).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_buys_and_claims_the_order() {
    buy("guest-buys-and-claims-order").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_opens_no_order() {
    buy("guest-opens-order-with-wrong-token").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_merges_the_cart_of_the_guest() {
    buy("guest-signs-in-with-full-cart").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_cancels_an_unpaid_order() {
    buy("guest-cancels-unpaid-order").await;
}
