//! Proves that a failover of the database during checkouts loses or duplicates no order.
//!
//! Four buyers check out repeatedly on a replica set of three servers. After the first orders, the primary is killed,
//! suspended, or steps down, and another one is elected. A buyer repeats a request with an unknown outcome with the same
//! idempotency key. Then all invariants must hold.

use ferrocart_chaos::{Api, Product, World, WorldOptions};
use futures_util::future::join_all;

/// The number of concurrent buyers, and of the purchases of each.
const BUYERS: usize = 4;
const PURCHASES: usize = 6;
/// The maximum number of attempts of a checkout. In total they take longer than an election.
const ATTEMPTS: usize = 25;

/// A fault of the primary.
enum PrimaryFault {
    Kill,
    Suspend,
    StepDown,
}

/// Checks out repeatedly with a new account each time, until each outcome is known.
async fn buy_repeatedly(api: &Api, product: &Product, name: &str) {
    let mut has_bought = false;
    for number in 0..PURCHASES {
        let buyer = api.register(&format!("{name}x{number}")).await;
        let Some(buyer) = buyer else { continue };
        if buyer.fill_cart(&[product.item(1)]).await.ok().is_some() {
            let outcomes = buyer.place_order_until_known(buyer.name(), &[(&product.sku, 1)], ATTEMPTS).await;
            has_bought |= outcomes.iter().any(|outcome| outcome.ok().is_some());
        }
    }
    assert!(has_bought, "{name} has no successful checkout");
}

/// Injects the fault after the first three orders, and checks the invariants.
async fn fail_primary(fault: PrimaryFault) {
    let mut world = World::open_with(WorldOptions { members: 3, ..WorldOptions::default() }).await;
    let tee = world.add_product("TEE", 1999, 1_000).await;
    let names: Vec<_> = (0..BUYERS).map(|number| format!("buyer{number}")).collect();
    let api = world.api();
    let buyers = join_all(names.iter().map(|name| buy_repeatedly(&api, &tee, name)));
    let failing = async {
        world.history.wait_for_orders(3).await;
        let primary = world.mongo.primary().await;
        match fault {
            PrimaryFault::Kill => world.mongo.kill(primary),
            PrimaryFault::Suspend => world.mongo.suspend(primary),
            PrimaryFault::StepDown => assert!(world.mongo.step_down().await),
        }
    };
    tokio::join!(buyers, failing);
    world.assert_invariants().await;
    assert!(world.snapshot().await.orders.len() >= BUYERS);
}

#[tokio::test(flavor = "multi_thread")]
async fn checkouts_survive_a_killed_primary() {
    fail_primary(PrimaryFault::Kill).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checkouts_survive_a_suspended_primary() {
    fail_primary(PrimaryFault::Suspend).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checkouts_survive_a_primary_that_steps_down() {
    fail_primary(PrimaryFault::StepDown).await;
}
