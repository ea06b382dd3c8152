//! Many at once, over real processes: stock is sold to the last piece and never beyond, one purchase
//! makes one order, and money and orders agree whoever was faster.

use ferrocart_chaos::{Outcome, Product, World, WorldOptions};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::pin::pin;

/// That many buyers want one piece each, all at the same time.
async fn rush(world: &World, product: &Product, buyers: usize) -> Vec<Outcome> {
    let names: Vec<_> = (0..buyers).map(|number| format!("buyer{number}")).collect();
    let wanted = [(product, 1)];
    let buyers = join_all(names.iter().map(|name| world.buyer_with_cart(name, &wanted))).await;
    let lines = [(product.sku.as_str(), 1)];
    join_all(buyers.iter().map(|buyer| buyer.place_order(buyer.name(), &lines))).await
}

/// The ids of what was made: orders, or refunds.
fn made(outcomes: &[Outcome]) -> BTreeSet<&str> {
    outcomes.iter().filter_map(|outcome| outcome.ok()?["id"].as_str()).collect()
}

fn refused(outcomes: &[Outcome], code: &str) -> usize {
    outcomes.iter().filter(|outcome| outcome.code() == Some(code)).count()
}

/// Pays an order that somebody has just placed.
async fn pay(world: &World, placed: &Outcome, method: &str) {
    let (intent, secret) = (placed.text("/payment/intent_id"), placed.text("/payment/client_secret"));
    world.stripe.pay(&intent, &secret, method).await;
}

/// Pays an intent of which only Stripe knows.
async fn pay_intent(world: &World, intent: &Value) {
    let text = |name: &str| intent.get(name).and_then(Value::as_str).unwrap_or_default();
    world.stripe.pay(text("id"), text("client_secret"), "pm_card_visa").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_100_buyers_of_the_last_piece_one_gets_it_and_99_hear_why_not() {
    let mut world = World::open_with(WorldOptions { concurrency: 12, ..WorldOptions::default() }).await;
    let tee = world.add_product("TEE", 1999, 1).await;
    let outcomes = rush(&world, &tee, 100).await;
    assert_eq!((made(&outcomes).len(), refused(&outcomes, "insufficient_stock")), (1, 99), "{outcomes:?}");
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_at_once_in_one_process_each_get_their_own_and_the_last_pieces_are_sold_once() {
    let mut world =
        World::open_with(WorldOptions { concurrency: 1, requests_each: 8, ..WorldOptions::default() }).await;
    let (tee, mug) = (world.add_product("TEE", 1999, 5).await, world.add_product("MUG", 950, 99).await);
    let names = ["ada", "bob", "cyd", "dee", "eve", "fay", "gus", "hal"];
    let wanted = [(&tee, 1)];
    let buyers = join_all(names.iter().map(|name| world.buyer_with_cart(name, &wanted))).await;
    for _ in 0..5 {
        join_all(buyers.iter().zip(1_i64..).map(async |(buyer, pieces)| {
            buyer.fill_cart(&[(&mug.id, "MUG", pieces)]).await.expect_ok();
            let (me, cart) = tokio::join!(buyer.get("/auth/me"), buyer.get("/cart"));
            assert_eq!(me.text("/email"), format!("{}@example.com", buyer.name()));
            assert_eq!(cart.expect_ok()["item_count"], json!(pieces));
        }))
        .await;
    }
    join_all(buyers.iter().map(async |buyer| buyer.fill_cart(&[(&tee.id, "TEE", 1)]).await)).await;
    let outcomes =
        join_all(buyers.iter().map(async |buyer| buyer.place_order(buyer.name(), &[("TEE", 1)]).await)).await;
    assert_eq!((made(&outcomes).len(), refused(&outcomes, "insufficient_stock")), (5, 3), "{outcomes:?}");
    // Whoever waits for Stripe keeps nobody else waiting.
    let ivy = world.buyer_with_cart("ivy", &[(&mug, 1)]).await;
    let late = json!({ "method": "POST", "path": "/v1/payment_intents", "delay_after_ms": 3_000 });
    world.stripe.inject_fault(&late).await;
    let asking = async {
        world.stripe.wait_for_intents(6).await;
        buyers[0].get("/orders").await.expect_ok();
    };
    let mut placing = pin!(ivy.place_order("ivy", &[("MUG", 1)]));
    tokio::select! {
        outcome = &mut placing => panic!("was first: {outcome:?}"),
        () = asking => {}
    }
    placing.await.expect_ok();
    assert_eq!(["auth", "cart", "orders"].map(|function| world.lambda.pids(function).len()), [1; 3]);
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_purchase_makes_one_order_however_often_it_is_sent() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 99).await;
    let (ada, bob) =
        (world.buyer_with_cart("ada", &[(&tee, 1)]).await, world.buyer_with_cart("bob", &[(&tee, 1)]).await);
    let one_key = join_all((0..50).map(|_| ada.place_order("k", &[("TEE", 1)]))).await;
    assert_eq!(made(&one_key).len(), 1, "{one_key:?}");
    assert_eq!(
        one_key.len(),
        one_key.iter().filter_map(Outcome::ok).count() + refused(&one_key, "idempotency_in_progress")
    );
    let keys: Vec<_> = (0..10).map(|number| format!("bob{number}")).collect();
    let ten_keys = join_all(keys.iter().map(|key| bob.place_order(key, &[("TEE", 1)]))).await;
    assert_eq!((made(&ten_keys).len(), refused(&ten_keys, "cart_already_ordered")), (1, 9), "{ten_keys:?}");
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_changes_while_it_is_bought() {
    let mut world = World::open().await;
    let (tee, mug) = (world.add_product("TEE", 1999, 60).await, world.add_product("MUG", 950, 60).await);
    let admin = world.admin("admin").await;
    let names: Vec<_> = (0..30).map(|number| format!("buyer{number}")).collect();
    let wanted = [(&tee, 1), (&mug, 2)];
    let buyers = join_all(names.iter().map(|name| world.buyer_with_cart(name, &wanted))).await;
    let lines = [("TEE", 1), ("MUG", 2)];
    let buying = join_all(buyers.iter().map(|buyer| buyer.place_order(buyer.name(), &lines)));
    let editing = async {
        for round in 0..10 {
            admin.put(&format!("/products/{}", tee.id), tee.details(1999 + round, true)).await;
            admin.delete(&format!("/products/{}", mug.id)).await;
            admin.put(&format!("/products/{}", mug.id), mug.details(950 - round, true)).await;
        }
    };
    let (outcomes, ()) = tokio::join!(buying, editing);
    // Whoever met it off sale at one look and on sale at the next is asked to try again.
    let known = ["product_unavailable", "idempotency_in_progress"].map(|code| refused(&outcomes, code));
    assert_eq!(known.iter().sum::<usize>().saturating_add(made(&outcomes).len()), 30, "{outcomes:?}");
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_cancelled_while_they_are_paid() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 20).await;
    let names: Vec<_> = (0..20).map(|number| format!("buyer{number}")).collect();
    let wanted = [(&tee, 1)];
    let buyers = join_all(names.iter().map(|name| world.buyer_with_cart(name, &wanted))).await;
    join_all(buyers.iter().map(|buyer| async {
        let placed = buyer.place_order(buyer.name(), &[("TEE", 1)]).await;
        let order = placed.text("/id");
        tokio::join!(buyer.cancel(&order), pay(&world, &placed, "pm_card_visa"));
    }))
    .await;
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_comes_20_times_at_once_and_the_wrong_way_round() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 20).await;
    world.stripe.set_event_delivery(20, 0).await;
    world.stripe.hold_events().await;
    for name in ["ada", "bob", "cyd"] {
        let buyer = world.buyer_with_cart(name, &[(&tee, 1)]).await;
        let placed = buyer.place_order(name, &[("TEE", 1)]).await;
        if name == "cyd" {
            buyer.cancel(&placed.text("/id")).await.expect_ok();
        } else {
            pay(&world, &placed, "pm_card_chargeDeclined").await;
            pay(&world, &placed, "pm_card_visa").await;
        }
    }
    world.stripe.release_events("reversed").await;
    world.assert_invariants().await;
    let paid = world.snapshot().await.orders.iter().filter(|order| order.status == "processing").count();
    assert_eq!(paid, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_before_its_own_request_has_ended() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let ada = world.buyer_with_cart("ada", &[(&tee, 1)]).await;
    // Its answer comes so late that the shop does not wait for it.
    let late = json!({ "method": "POST", "path": "/v1/payment_intents", "delay_after_ms": 6_000 });
    world.stripe.inject_fault(&late).await;
    let paying = async {
        for intent in world.stripe.wait_for_intents(1).await {
            pay_intent(&world, &intent).await;
        }
        world.stripe.wait_for_deliveries().await;
    };
    let (order, ()) = tokio::join!(ada.place_order("k", &[("TEE", 1)]), paying);
    order.expect_ok();
    world.assert_invariants().await;
    assert!(world.snapshot().await.orders.iter().all(|order| order.status == "processing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_goes_back_than_was_paid_and_goods_once() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let admin = world.admin("admin").await;
    let ada = world.buyer_with_cart("ada", &[(&tee, 2)]).await;
    let placed = ada.place_order("ada", &[("TEE", 2)]).await;
    let order = placed.text("/id");
    let unpaid = admin.refund(&order, "too-soon", None, true).await;
    assert_eq!(unpaid.code(), Some("order_not_paid"), "{unpaid:?}");
    pay(&world, &placed, "pm_card_visa").await;
    world.stripe.wait_for_deliveries().await;
    let keys: Vec<_> = (0..12).map(|number| format!("refund{number}")).collect();
    let own_keys = join_all(keys.iter().map(|key| admin.refund(&order, key, Some(1000), true)));
    let one_key = join_all((0..5).map(|_| admin.refund(&order, "again", Some(400), true)));
    let (own_keys, one_key) = tokio::join!(own_keys, one_key);
    assert_eq!(made(&own_keys).len(), 3, "{own_keys:?}");
    assert_eq!(refused(&own_keys, "refund_exceeds_paid"), 9, "{own_keys:?}");
    assert_eq!(made(&one_key).len(), 1, "{one_key:?}");
    admin.refund(&order, "the-rest", None, true).await.expect_ok();
    world.assert_invariants().await;
    assert!(world.snapshot().await.orders.iter().all(|order| order.refunded == 3998));
}

/// An order of all five pieces of which Stripe has an intent that the shop does not know. It is
/// cancelled, and then somebody pays after all.
async fn paid_after_it_was_cancelled(is_sold_meanwhile: bool) -> World {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let (ada, bob) =
        (world.buyer_with_cart("ada", &[(&tee, 5)]).await, world.buyer_with_cart("bob", &[(&tee, 1)]).await);
    world.stripe.inject_fault(&json!({ "path": "/v1/payment_intents", "action": "drop_after" })).await;
    let id = ada.place_order("ada", &[("TEE", 5)]).await.text("/id");
    ada.cancel(&id).await.expect_ok();
    let intents = world.stripe.list("payment_intents").await;
    if is_sold_meanwhile {
        bob.place_order("bob", &[("TEE", 1)]).await.expect_ok();
    }
    for intent in intents {
        pay_intent(&world, &intent).await;
    }
    world.assert_invariants().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_after_all_buys_what_is_still_there_or_goes_back() {
    for (is_sold_meanwhile, status) in [(false, "processing"), (true, "cancelled")] {
        let world = paid_after_it_was_cancelled(is_sold_meanwhile).await;
        let paid: Vec<_> = world.snapshot().await.orders.into_iter().filter(|order| order.is_paid()).collect();
        assert_eq!(paid.iter().map(|order| order.status.as_str()).collect::<Vec<_>>(), [status]);
    }
}
