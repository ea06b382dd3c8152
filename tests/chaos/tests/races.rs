//! Proves that concurrent requests to real processes cannot violate the invariants.
//!
//! No faults are injected; instead, requests that conflict run at the same time: checkouts of the last items, replays,
//! edits, cancellations against payments, refunds, and events in many copies and in the wrong order. Stock is never
//! oversold, one purchase creates one order, and payments agree with orders whichever request wins.

use ferrocart_chaos::{Outcome, Product, World, WorldOptions};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::pin::pin;

/// Lets that many buyers check out one item each, all at the same time.
async fn check_out_at_once(world: &World, product: &Product, buyers: usize) -> Vec<Outcome> {
    let names: Vec<_> = (0..buyers).map(|number| format!("buyer{number}")).collect();
    let items = [(product, 1)];
    let buyers = join_all(names.iter().map(|name| world.buyer_with_cart(name, &items))).await;
    let lines = [(product.sku.as_str(), 1)];
    join_all(buyers.iter().map(|buyer| buyer.place_order(buyer.name(), &lines))).await
}

/// Returns the distinct ids of the created orders or refunds.
fn created(outcomes: &[Outcome]) -> BTreeSet<&str> {
    outcomes.iter().filter_map(|outcome| outcome.ok()?["id"].as_str()).collect()
}

/// Returns the number of outcomes that are rejected with that code.
fn rejected(outcomes: &[Outcome], code: &str) -> usize {
    outcomes.iter().filter(|outcome| outcome.code() == Some(code)).count()
}

/// Pays an order by the response of its checkout.
async fn pay(world: &World, placed: &Outcome, method: &str) {
    let (intent, secret) = (placed.text("/payment/intent_id"), placed.text("/payment/client_secret"));
    world.stripe.pay(&intent, &secret, method).await;
}

/// Pays an intent by Stripe's object.
async fn pay_intent(world: &World, intent: &Value) {
    let text = |name: &str| intent.get(name).and_then(Value::as_str).unwrap_or_default();
    world.stripe.pay(text("id"), text("client_secret"), "pm_card_visa").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_100_buyers_of_the_last_item_one_gets_it() {
    let mut world = World::open_with(WorldOptions { concurrency: 12, ..WorldOptions::default() }).await;
    let tee = world.add_product("TEE", 1999, 1).await;
    let outcomes = check_out_at_once(&world, &tee, 100).await;
    assert_eq!((created(&outcomes).len(), rejected(&outcomes, "insufficient_stock")), (1, 99), "{outcomes:?}");
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_requests_at_a_time_in_one_process_do_not_mix() {
    let mut world =
        World::open_with(WorldOptions { concurrency: 1, requests_each: 8, ..WorldOptions::default() }).await;
    let (tee, mug) = (world.add_product("TEE", 1999, 5).await, world.add_product("MUG", 950, 99).await);
    let names = ["ada", "bob", "cyd", "dee", "eve", "fay", "gus", "hal"];
    let items = [(&tee, 1)];
    let buyers = join_all(names.iter().map(|name| world.buyer_with_cart(name, &items))).await;
    for _ in 0..5 {
        join_all(buyers.iter().zip(1_i64..).map(async |(buyer, quantity)| {
            buyer.fill_cart(&[(&mug.id, "MUG", quantity)]).await.expect_ok();
            let (me, cart) = tokio::join!(buyer.get("/auth/me"), buyer.get("/cart"));
            assert_eq!(me.text("/email"), format!("{}@example.com", buyer.name()));
            assert_eq!(cart.expect_ok()["item_count"], json!(quantity));
        }))
        .await;
    }
    join_all(buyers.iter().map(async |buyer| buyer.fill_cart(&[(&tee.id, "TEE", 1)]).await)).await;
    let outcomes =
        join_all(buyers.iter().map(async |buyer| buyer.place_order(buyer.name(), &[("TEE", 1)]).await)).await;
    assert_eq!((created(&outcomes).len(), rejected(&outcomes, "insufficient_stock")), (5, 3), "{outcomes:?}");
    // A request that waits for Stripe does not delay another one.
    let ivy = world.buyer_with_cart("ivy", &[(&mug, 1)]).await;
    let delay = json!({ "method": "POST", "path": "/v1/payment_intents", "delay_after_ms": 3_000 });
    world.stripe.inject_fault(&delay).await;
    let reading = async {
        world.stripe.wait_for_intents(6).await;
        buyers[0].get("/orders").await.expect_ok();
    };
    let mut placing = pin!(ivy.place_order("ivy", &[("MUG", 1)]));
    tokio::select! {
        outcome = &mut placing => panic!("the checkout did not wait for Stripe: {outcome:?}"),
        () = reading => {}
    }
    placing.await.expect_ok();
    assert_eq!(["auth", "cart", "orders"].map(|function| world.lambda.pids(function).len()), [1; 3]);
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_purchase_creates_one_order_however_often_it_is_sent() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 99).await;
    let (ada, bob) =
        (world.buyer_with_cart("ada", &[(&tee, 1)]).await, world.buyer_with_cart("bob", &[(&tee, 1)]).await);
    let one_key = join_all((0..50).map(|_| ada.place_order("k", &[("TEE", 1)]))).await;
    assert_eq!(created(&one_key).len(), 1, "{one_key:?}");
    assert_eq!(
        one_key.len(),
        one_key.iter().filter_map(Outcome::ok).count() + rejected(&one_key, "idempotency_in_progress")
    );
    let keys: Vec<_> = (0..10).map(|number| format!("bob{number}")).collect();
    let ten_keys = join_all(keys.iter().map(|key| bob.place_order(key, &[("TEE", 1)]))).await;
    assert_eq!((created(&ten_keys).len(), rejected(&ten_keys, "cart_already_ordered")), (1, 9), "{ten_keys:?}");
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_edited_while_they_are_bought() {
    let mut world = World::open().await;
    let (tee, mug) = (world.add_product("TEE", 1999, 60).await, world.add_product("MUG", 950, 60).await);
    let admin = world.admin("admin").await;
    let names: Vec<_> = (0..30).map(|number| format!("buyer{number}")).collect();
    let items = [(&tee, 1), (&mug, 2)];
    let buyers = join_all(names.iter().map(|name| world.buyer_with_cart(name, &items))).await;
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
    // The code `idempotency_in_progress` is for a product that is inactive at first and active later.
    let rejections = ["product_unavailable", "idempotency_in_progress"].map(|code| rejected(&outcomes, code));
    assert_eq!(rejections.iter().sum::<usize>().saturating_add(created(&outcomes).len()), 30, "{outcomes:?}");
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_cancelled_while_they_are_paid() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 20).await;
    let names: Vec<_> = (0..20).map(|number| format!("buyer{number}")).collect();
    let items = [(&tee, 1)];
    let buyers = join_all(names.iter().map(|name| world.buyer_with_cart(name, &items))).await;
    join_all(buyers.iter().map(|buyer| async {
        let placed = buyer.place_order(buyer.name(), &[("TEE", 1)]).await;
        let order = placed.text("/id");
        tokio::join!(buyer.cancel(&order), pay(&world, &placed, "pm_card_visa"));
    }))
    .await;
    world.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_in_20_copies_and_reverse_order_take_effect_once() {
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
async fn an_order_is_paid_before_its_checkout_responds() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let ada = world.buyer_with_cart("ada", &[(&tee, 1)]).await;
    // Longer than the shop's timeout for Stripe.
    let delay = json!({ "method": "POST", "path": "/v1/payment_intents", "delay_after_ms": 6_000 });
    world.stripe.inject_fault(&delay).await;
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
async fn refunds_never_exceed_the_payment_and_restock_once() {
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
    assert_eq!(created(&own_keys).len(), 3, "{own_keys:?}");
    assert_eq!(rejected(&own_keys, "refund_exceeds_paid"), 9, "{own_keys:?}");
    assert_eq!(created(&one_key).len(), 1, "{one_key:?}");
    admin.refund(&order, "the-rest", None, true).await.expect_ok();
    world.assert_invariants().await;
    assert!(world.snapshot().await.orders.iter().all(|order| order.refunded == 3998));
}

/// An order of the whole stock is cancelled and paid afterwards. That is possible because the shop never received the
/// intent. If `is_sold_to_another`, another buyer has bought one item in between.
async fn paid_after_cancellation(is_sold_to_another: bool) -> World {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 5).await;
    let (ada, bob) =
        (world.buyer_with_cart("ada", &[(&tee, 5)]).await, world.buyer_with_cart("bob", &[(&tee, 1)]).await);
    world.stripe.inject_fault(&json!({ "path": "/v1/payment_intents", "action": "drop_after" })).await;
    let id = ada.place_order("ada", &[("TEE", 5)]).await.text("/id");
    ada.cancel(&id).await.expect_ok();
    let intents = world.stripe.list("payment_intents").await;
    if is_sold_to_another {
        bob.place_order("bob", &[("TEE", 1)]).await.expect_ok();
    }
    for intent in intents {
        pay_intent(&world, &intent).await;
    }
    world.assert_invariants().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_payment_reacquires_the_stock_or_is_refunded() {
    for (is_sold_to_another, status) in [(false, "processing"), (true, "cancelled")] {
        let world = paid_after_cancellation(is_sold_to_another).await;
        let paid: Vec<_> = world.snapshot().await.orders.into_iter().filter(|order| order.is_paid()).collect();
        assert_eq!(paid.iter().map(|order| order.status.as_str()).collect::<Vec<_>>(), [status]);
    }
}
