//! Proves that lost responses of MongoDB lose or duplicate no order, payment or cancellation.
//!
//! MongoDB's fail points lose the responses to writes and commits, before or after their effect. Losing one is covered
//! by the driver, which retries once; losing two reaches the shop as an error with an unknown effect. After recovery
//! the clients repeat their requests and must receive their orders.

use ferrocart_chaos::{ApiClient, Fault, Outcome, Product, Times, World, WorldOptions};

const FAULTS: [(Fault, Times); 4] = [
    (Fault::LostBefore, Times::Next(1)),
    (Fault::LostBefore, Times::Next(2)),
    (Fault::LostAfter, Times::Next(1)),
    (Fault::LostAfter, Times::Next(2)),
];

/// Checks out once while that fault is active.
async fn buy(
    world: &mut World,
    product: &Product,
    name: &str,
    command: &str,
    fault: &Fault,
    times: Times,
) -> ApiClient {
    let buyer = world.buyer_with_cart(name, &[(product, 1)]).await;
    world.mongo.fail(world.app_name(), &[command], fault, times).await;
    buyer.place_order(name, &[(&product.sku, 1)]).await;
    world.mongo.end_faults().await;
    buyer
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_responses_to_writes_neither_lose_nor_duplicate_orders() {
    let mut world = World::open_with(WorldOptions::default()).await;
    let tee = world.add_product("TEE", 1999, 99).await;
    let mut buyers = Vec::new();
    for command in ["insert", "findAndModify", "update"] {
        for (number, (fault, times)) in FAULTS.iter().enumerate() {
            let name = format!("{command}{number}");
            buyers.push(buy(&mut world, &tee, &name, command, fault, *times).await);
        }
    }
    world.assert_invariants().await;
    for buyer in &buyers {
        let replay = buyer.place_order(buyer.name(), &[("TEE", 1)]).await;
        assert!(replay.ok().is_some(), "{}: {replay:?}", buyer.name());
    }
    world.assert_invariants().await;
    assert_eq!(world.snapshot().await.orders.len(), buyers.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_responses_to_commits_lose_no_payment_or_cancellation() {
    let mut world = World::open_with(WorldOptions::default()).await;
    let tee = world.add_product("TEE", 1999, 99).await;
    let (mut paid, mut cancelled) = (Vec::new(), Vec::new());
    for (number, (fault, times)) in FAULTS.iter().chain([&(Fault::Conflict, Times::Next(3))]).enumerate() {
        let name = format!("buyer{number}");
        let buyer = world.buyer_with_cart(&name, &[(&tee, 1)]).await;
        let order = buyer.place_order(&name, &[("TEE", 1)]).await;
        world.mongo.fail(world.app_name(), &["commitTransaction"], fault, *times).await;
        let (intent, secret) = (order.text("/payment/intent_id"), order.text("/payment/client_secret"));
        world.stripe.pay(&intent, &secret, "pm_card_visa").await;
        world.stripe.wait_for_deliveries().await;
        paid.push(order.text("/id"));

        let buyer = world.buyer_with_cart(&format!("{name}c"), &[(&tee, 1)]).await;
        let id = buyer.place_order(&format!("{name}c"), &[("TEE", 1)]).await.text("/id");
        world.mongo.fail(world.app_name(), &["commitTransaction"], fault, *times).await;
        let outcome = buyer.cancel(&id).await;
        world.mongo.end_faults().await;
        if !matches!(outcome, Outcome::Ok(_)) {
            buyer.cancel(&id).await;
        }
        cancelled.push(id);
    }
    world.assert_invariants().await;
    for order in world.snapshot().await.orders {
        let status = if paid.contains(&order.id) { "processing" } else { "cancelled" };
        assert_eq!(order.status, status, "{order:?}");
    }
}
