//! Proves that clients which are generated from `openapi.json` can buy. `tools/contract/calls` has a purchase for each
//! generator, and `frontend/client/test/shop` one for the client of frontends; `cargo xtask test` compiles them.

#![expect(clippy::disallowed_methods, reason = "the environment names the compiled calls")]
#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use ferrocart_chaos::{Servers, World, WorldOptions};
use std::env::var;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// An origin whose pages may keep sessions in cookies.
const ORIGIN: &str = "https://shop.example.com";

async fn assert_succeeds(mut world: World, program: PathBuf) {
    for sku in ["TEE", "MUG", "CAP", "BAG", "PEN"] {
        world.add_product(sku, 1999, 5).await;
    }
    let node = var("NODE").expect("NODE is not set: run this with `cargo xtask test`");
    let mut command = Command::new(node);
    command
        .arg(program)
        .env("SHOP_URL", format!("{}/api/v1", world.lambda.base_url()))
        .env("SHOP_ORIGIN", ORIGIN)
        .env("STRIPE_URL", world.stripe.base_url());
    let output = command.kill_on_drop(true).output().await.expect("node");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    assert_eq!(world.deaths(), []);
}

async fn assert_buys(calls: &str) {
    let directory = var("CLIENT_CALLS").expect("CLIENT_CALLS is not set: run this with `cargo xtask test`");
    assert_succeeds(World::open().await, Path::new(&directory).join(calls)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_openapi_typescript_buys() {
    assert_buys("openapi-fetch.js").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_hey_api_buys() {
    assert_buys("hey-api.js").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_orval_buys() {
    assert_buys("orval.js").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_frontends_buys() {
    let settings = vec![("ALLOWED_ORIGINS", ORIGIN.to_owned())];
    let shared_servers = Some(Servers::shared().await);
    let world = World::open_with(WorldOptions { settings, shared_servers, ..WorldOptions::default() }).await;
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/client/test/shop/purchase.ts");
    assert_succeeds(world, program).await;
}
