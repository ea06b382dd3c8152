//! The checker finds mistakes. Each scenario is run twice, side by side: a shop that makes the
//! mistake is found out, and one that does not is left in peace.

use ferrocart::fail_points::Defect;
use ferrocart_chaos::checker::Violation;
use ferrocart_chaos::{Fault, Times, World, WorldOptions};

/// How often a buyer asks again before recovery has run.
const TRIES: usize = 3;

async fn open(defect: Option<Defect>, members: usize) -> World {
    World::open_with(WorldOptions { defect, members, ..WorldOptions::default() }).await
}

#[track_caller]
fn assert_found(violations: &[Violation], invariant: u8) {
    assert!(violations.iter().any(|violation| violation.invariant == invariant), "{invariant} holds: {violations:?}");
}

#[track_caller]
fn assert_none(violations: &[Violation]) {
    assert!(violations.is_empty(), "{violations:?}");
}

/// The last piece, and two who want it.
async fn two_want_the_last_piece(defect: Option<Defect>) -> Vec<Violation> {
    let mut world = open(defect, 1).await;
    world.drop_validator("products").await;
    let tee = world.add_product("TEE", 1999, 1).await;
    let (ada, bob) =
        (world.buyer_with_cart("ada", &[(&tee, 1)]).await, world.buyer_with_cart("bob", &[(&tee, 1)]).await);
    for buyer in [ada, bob] {
        buyer.place_order(buyer.name(), &[("TEE", 1)]).await;
    }
    world.check().await
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_taken_without_a_condition_is_found() {
    let (sound, defective) =
        tokio::join!(two_want_the_last_piece(None), two_want_the_last_piece(Some(Defect::NoStockCondition)));
    assert_none(&sound);
    assert_found(&defective, 1);
}

/// A request that comes once more, late, when there is something in the cart again.
async fn a_key_comes_again(are_keys_unique: bool) -> Vec<Violation> {
    let mut world = open(None, 1).await;
    if !are_keys_unique {
        world.drop_indexes("orders", &["idempotency_unique", "purchase_unique"]).await;
    }
    let tee = world.add_product("TEE", 1999, 50).await;
    let ada = world.buyer_with_cart("ada", &[(&tee, 1)]).await;
    ada.place_order("k", &[("TEE", 1)]).await.expect_ok();
    ada.fill_cart(&[tee.item(1)]).await.expect_ok();
    ada.place_order("k", &[("TEE", 1)]).await.expect_ok();
    world.check().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_unique_key_is_found() {
    let (sound, defective) = tokio::join!(a_key_comes_again(true), a_key_comes_again(false));
    assert_none(&sound);
    assert_found(&defective, 4);
}

/// An event whose effect cannot be stored at the first try.
async fn an_event_is_interrupted(defect: Option<Defect>) -> Vec<Violation> {
    let mut world = open(defect, 1).await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let ada = world.buyer_with_cart("ada", &[(&tee, 1)]).await;
    let placed = ada.place_order("k", &[("TEE", 1)]).await;
    let (intent, secret) = (placed.text("/payment/intent_id"), placed.text("/payment/client_secret"));
    world.mongo.fail(world.app_name(), &["findAndModify"], &Fault::Error, Times::Next(1)).await;
    world.stripe.pay(&intent, &secret, "pm_card_visa").await;
    world.stripe.wait_for_deliveries().await;
    world.check().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_recorded_before_its_effect_is_found() {
    let (sound, defective) =
        tokio::join!(an_event_is_interrupted(None), an_event_is_interrupted(Some(Defect::EventBeforeEffect)));
    assert_none(&sound);
    assert_found(&defective, 8);
}

/// A checkout that takes one product, falls asleep until that is given back, and finds that the other
/// is sold.
async fn half_a_cart_is_sold_out(defect: Option<Defect>) -> Vec<Violation> {
    let mut world = open(defect, 1).await;
    let (tee, mug) = (world.add_product("TEE", 1999, 5).await, world.add_product("MUG", 950, 1).await);
    let ada = world.buyer_with_cart("ada", &[(&tee, 2), (&mug, 1)]).await;
    let bob = world.buyer_with_cart("bob", &[(&mug, 1)]).await;
    bob.place_order("bob", &[("MUG", 1)]).await.expect_ok();
    world.lambda.next_environment("orders", [("CHAOS_POINT", "stop:checkout_reserved_product:1")]);
    world.lambda.next_environment("maintenance", [("CHAOS_IMPATIENT", "yes")]);
    let recovery = async {
        world.lambda.stopped("orders").await;
        let report = world.lambda.invoke("maintenance", &serde_json::Value::Null).await;
        assert!(report.is_ok(), "{report:?}");
        world.lambda.resume("orders");
    };
    let order = [("TEE", 2), ("MUG", 1)];
    let (refused, ()) = tokio::join!(ada.place_order("ada", &order), recovery);
    assert_eq!(refused.code(), Some("insufficient_stock"), "{refused:?}");
    world.check().await
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_given_back_without_a_hold_is_found() {
    let (sound, defective) =
        tokio::join!(half_a_cart_is_sold_out(None), half_a_cart_is_sold_out(Some(Defect::ReleaseWithoutHold)));
    assert_none(&sound);
    assert_found(&defective, 1);
}

/// An order reaches the primary and nobody else, and the primary dies.
async fn the_primary_dies_with_the_order(defect: Option<Defect>) -> Vec<Violation> {
    let mut world = open(defect, 3).await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let ada = world.buyer_with_cart("ada", &[(&tee, 1)]).await;
    let primary = world.mongo.primary().await;
    world.mongo.stop_replication(primary).await;
    ada.place_order("k", &[("TEE", 1)]).await;
    world.mongo.kill(primary);
    world.mongo.end_faults().await;
    world.mongo.primary().await;
    world.check().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_a_failover_takes_back_is_found() {
    let (sound, defective) = tokio::join!(
        the_primary_dies_with_the_order(None),
        the_primary_dies_with_the_order(Some(Defect::AcknowledgedByOne))
    );
    assert_none(&sound);
    assert_found(&defective, 7);
}

/// The order is placed, and its request never hears of it.
async fn an_order_is_placed_in_silence(defect: Option<Defect>) -> Vec<Violation> {
    let mut world = open(defect, 1).await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let ada = world.buyer_with_cart("ada", &[(&tee, 1)]).await;
    // Once for the driver's own retry.
    world.mongo.fail(world.app_name(), &["insert"], &Fault::LostAfter, Times::Next(2)).await;
    let lost = ada.place_order("k", &[("TEE", 1)]).await;
    assert!(lost.is_unknown(), "{lost:?}");
    let answers = ada.place_order_until_known("k", &[("TEE", 1)], TRIES).await;
    assert!(answers.last().is_some_and(|answer| answer.ok().is_some()), "{answers:?}");
    world.check().await
}

#[tokio::test(flavor = "multi_thread")]
async fn compensation_without_asking_for_the_order_is_found() {
    let (sound, defective) = tokio::join!(
        an_order_is_placed_in_silence(None),
        an_order_is_placed_in_silence(Some(Defect::CompensateWithoutCheck))
    );
    assert_none(&sound);
    assert_found(&defective, 1);
}
