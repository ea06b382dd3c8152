//! Proves that the checker detects defects of the shop, and thus that the other tests can fail.
//!
//! Each scenario runs twice at the same time: in a shop with an injected defect, in which the checker must report the
//! violated invariant, and in a shop without it, in which all invariants must hold.

use ferrocart::fail_points::Defect;
use ferrocart_chaos::checker::Violation;
use ferrocart_chaos::{Fault, Times, World, WorldOptions};

/// The maximum number of attempts of a checkout before recovery.
const ATTEMPTS: usize = 3;

async fn open(defect: Option<Defect>, members: usize) -> World {
    World::open_with(WorldOptions { defect, members, ..WorldOptions::default() }).await
}

#[track_caller]
fn assert_violated(violations: &[Violation], invariant: u8) {
    assert!(
        violations.iter().any(|violation| violation.invariant == invariant),
        "invariant {invariant} is not violated: {violations:?}"
    );
}

#[track_caller]
fn assert_none(violations: &[Violation]) {
    assert!(violations.is_empty(), "{violations:?}");
}

/// Two buyers check out the last item of a product.
async fn last_item_is_bought_twice(defect: Option<Defect>) -> Vec<Violation> {
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
async fn reserving_stock_without_a_condition_is_detected() {
    let (correct, defective) =
        tokio::join!(last_item_is_bought_twice(None), last_item_is_bought_twice(Some(Defect::NoStockCondition)));
    assert_none(&correct);
    assert_violated(&defective, 1);
}

/// A checkout is replayed after the cart has been filled again.
async fn key_is_reused(are_keys_unique: bool) -> Vec<Violation> {
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
async fn a_missing_unique_index_is_detected() {
    let (correct, defective) = tokio::join!(key_is_reused(true), key_is_reused(false));
    assert_none(&correct);
    assert_violated(&defective, 4);
}

/// The effect of an event cannot be stored at the first attempt.
async fn event_is_interrupted(defect: Option<Defect>) -> Vec<Violation> {
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
async fn recording_an_event_before_its_effect_is_detected() {
    let (correct, defective) =
        tokio::join!(event_is_interrupted(None), event_is_interrupted(Some(Defect::EventBeforeEffect)));
    assert_none(&correct);
    assert_violated(&defective, 8);
}

/// A checkout reserves the first product and is suspended. `maintenance` releases the hold. The checkout resumes, finds
/// the second product sold out, and compensates.
async fn suspended_checkout_compensates(defect: Option<Defect>) -> Vec<Violation> {
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
    let (rejected, ()) = tokio::join!(ada.place_order("ada", &order), recovery);
    assert_eq!(rejected.code(), Some("insufficient_stock"), "{rejected:?}");
    world.check().await
}

#[tokio::test(flavor = "multi_thread")]
async fn releasing_stock_without_a_hold_is_detected() {
    let (correct, defective) = tokio::join!(
        suspended_checkout_compensates(None),
        suspended_checkout_compensates(Some(Defect::ReleaseWithoutHold))
    );
    assert_none(&correct);
    assert_violated(&defective, 1);
}

/// An order is not replicated before the primary is killed.
async fn primary_dies_with_the_order(defect: Option<Defect>) -> Vec<Violation> {
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
async fn an_order_lost_in_a_failover_is_detected() {
    let (correct, defective) =
        tokio::join!(primary_dies_with_the_order(None), primary_dies_with_the_order(Some(Defect::AcknowledgedByOne)));
    assert_none(&correct);
    assert_violated(&defective, 7);
}

/// The order is inserted, but its request receives no response from the database.
async fn response_to_insert_is_lost(defect: Option<Defect>) -> Vec<Violation> {
    let mut world = open(defect, 1).await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let ada = world.buyer_with_cart("ada", &[(&tee, 1)]).await;
    // Twice, because the driver retries once.
    world.mongo.fail(world.app_name(), &["insert"], &Fault::LostAfter, Times::Next(2)).await;
    let lost = ada.place_order("k", &[("TEE", 1)]).await;
    assert!(lost.is_unknown(), "{lost:?}");
    let outcomes = ada.place_order_until_known("k", &[("TEE", 1)], ATTEMPTS).await;
    assert!(outcomes.last().is_some_and(|outcome| outcome.ok().is_some()), "{outcomes:?}");
    world.check().await
}

#[tokio::test(flavor = "multi_thread")]
async fn compensating_without_checking_the_order_is_detected() {
    let (correct, defective) = tokio::join!(
        response_to_insert_is_lost(None),
        response_to_insert_is_lost(Some(Defect::CompensateWithoutCheck))
    );
    assert_none(&correct);
    assert_violated(&defective, 1);
}
