//! Proves that clients which are generated from `openapi.json` can buy. `tools/contract/calls` has a purchase for each
//! generator; `cargo xtask test` compiles them.

#![expect(clippy::disallowed_methods, reason = "the environment names the compiled calls")]

use ferrocart_chaos::World;
use std::env::var;
use std::path::Path;
use tokio::process::Command;

async fn assert_buys(calls: &str) {
    let mut world = World::open().await;
    world.add_product("TEE", 1999, 5).await;
    let node = var("NODE").expect("NODE is not set: run this with `cargo xtask test`");
    let directory = var("CLIENT_CALLS").expect("CLIENT_CALLS is not set: run this with `cargo xtask test`");
    let mut command = Command::new(node);
    command.arg(Path::new(&directory).join(calls)).env("SHOP_URL", format!("{}/api/v1", world.lambda.base_url()));
    let output = command.kill_on_drop(true).output().await.expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(world.deaths(), []);
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
