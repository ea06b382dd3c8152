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

#[tokio::test(flavor = "multi_thread")]
async fn mails_lead_a_guest_to_the_order_and_into_the_account() {
    buy("guest-follows-mails-to-order-and-account").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_address_brings_the_orders_of_a_guest() {
    buy("orders-join-account-when-address-is-verified").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_leads_to_the_payment_after_a_decline() {
    buy("guest-pays-from-mail-after-decline").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_address_is_confirmed_and_undone_from_mails() {
    buy("customer-changes-address-and-undoes-it").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_show_markup_as_text() {
    buy("mails-show-markup-as-text").await;
}
