//! The storefront.

use crate::program::{assert_passes, open, open_shared};
use ferrocart_chaos::World;

/// Runs a scenario, after which Stripe has charged cards this often.
async fn shop(mut world: World, scenario: &str, charges: usize) {
    assert_passes(&mut world, "apps/main.js", scenario).await;
    let all = world.stripe.list("charges").await;
    assert_eq!(all.iter().filter(|charge| charge["paid"] == true).count(), charges, "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_customer_buys_with_a_good_card() {
    shop(open_shared().await, "buys-with-good-card", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_customer_buys_after_a_declined_card() {
    shop(open_shared().await, "buys-after-declined-card", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_customer_buys_with_3d_secure() {
    shop(open_shared().await, "buys-with-3d-secure", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reload_and_back_lose_no_cart_and_buy_once() {
    shop(open_shared().await, "reloads-and-goes-back-at-each-step", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_buy_a_cart_once() {
    shop(open_shared().await, "orders-in-two-tabs", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_piece_is_not_sold_twice() {
    shop(open_shared().await, "last-piece-is-sold-to-another-buyer", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_price_is_shown_before_the_order() {
    shop(open_shared().await, "price-changes-during-checkout", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_during_checkout_loses_nothing() {
    shop(open_shared().await, "session-ends-during-checkout", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_explain_an_outage_of_the_database_and_recover() {
    shop(open(None).await, "database-stops-and-starts", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_stripe_is_waited_for_and_charges_once() {
    shop(open_shared().await, "stripe-is-slow", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_storefront_shows_markup_as_text() {
    shop(open_shared().await, "storefront-shows-markup-as-text", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_storefront_is_accessible() {
    shop(open_shared().await, "storefront-is-accessible", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_storefront_is_usable_with_the_keyboard_alone() {
    shop(open_shared().await, "buys-with-the-keyboard", 1).await;
}
