//! Pages of another origin: a buyer pays with a good, a declined and a 3-D Secure card, an administrator uploads a picture, and a
//! page of an origin that is not allowed is rejected.

use crate::program::{assert_passes, open_shared};
use ferrocart_chaos::World;

const PROGRAM: &str = "main.js";

/// Opens a shop with one product.
async fn open() -> World {
    let mut world = open_shared().await;
    world.add_product("TEE", 1999, 5).await;
    world
}

/// Asserts that Stripe has charged the order once, whatever attempts have failed.
async fn assert_charged_once(world: &World) {
    let charges = world.stripe.list("charges").await;
    let paid: Vec<_> = charges.iter().filter(|charge| charge["paid"] == true).map(|charge| &charge["amount"]).collect();
    assert_eq!(paid, [1999], "{charges:?}");
    assert_eq!(world.stripe.list("payment_intents").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_pays_with_a_card_that_succeeds() {
    let mut world = open().await;
    assert_passes(&mut world, PROGRAM, "good-card").await;
    assert_charged_once(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_pays_with_another_card_after_a_decline() {
    let mut world = open().await;
    assert_passes(&mut world, PROGRAM, "declined-card").await;
    assert_charged_once(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_pays_after_3d_secure_authentication() {
    let mut world = open().await;
    assert_passes(&mut world, PROGRAM, "three-d-secure").await;
    assert_charged_once(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_uploads_a_picture() {
    assert_passes(&mut open().await, PROGRAM, "upload").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_foreign_origin_reaches_neither_api_nor_bucket() {
    assert_passes(&mut open().await, PROGRAM, "foreign-origin").await;
}
