//! The primary of three servers goes while people buy: killed, paused, or asked to step down.

use ferrocart_chaos::{Api, Product, World, WorldOptions};
use futures_util::future::join_all;

/// How many buy at the same time, and how often each.
const BUYERS: usize = 4;
const PURCHASES: usize = 6;
/// Each waits a little longer than the one before: in all longer than an election takes.
const TRIES: usize = 25;

/// What becomes of the primary.
enum Strike {
    Kill,
    Pause,
    StepDown,
}

/// Buys again and again; whoever does not know what came of it asks with the same key.
async fn shop(api: &Api, product: &Product, name: &str) {
    let mut has_bought = false;
    for number in 0..PURCHASES {
        let buyer = api.register(&format!("{name}x{number}")).await;
        let Some(buyer) = buyer else { continue };
        if buyer.fill_cart(&[product.item(1)]).await.ok().is_some() {
            let answers = buyer.place_order_until_known(buyer.name(), &[(&product.sku, 1)], TRIES).await;
            has_bought |= answers.iter().any(|answer| answer.ok().is_some());
        }
    }
    assert!(has_bought, "{name} has bought nothing at all");
}

/// Lets people buy; when the first orders stand, strikes.
async fn strike(how: Strike) {
    let mut world = World::open_with(WorldOptions { members: 3, ..WorldOptions::default() }).await;
    let tee = world.add_product("TEE", 1999, 1_000).await;
    let names: Vec<_> = (0..BUYERS).map(|number| format!("buyer{number}")).collect();
    let api = world.api();
    let people = join_all(names.iter().map(|name| shop(&api, &tee, name)));
    let striking = async {
        world.history.wait_for_orders(3).await;
        let primary = world.mongo.primary().await;
        match how {
            Strike::Kill => world.mongo.kill(primary),
            Strike::Pause => world.mongo.pause(primary),
            Strike::StepDown => assert!(world.mongo.step_down().await),
        }
    };
    tokio::join!(people, striking);
    world.assert_invariants().await;
    assert!(world.snapshot().await.orders.len() >= BUYERS);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_primary_is_killed_during_checkouts() {
    strike(Strike::Kill).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_primary_is_paused_during_checkouts() {
    strike(Strike::Pause).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_primary_steps_down_during_checkouts() {
    strike(Strike::StepDown).await;
}
