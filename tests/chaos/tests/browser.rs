//! Pages of another origin in Chromium: a buyer pays with a good, a declined and a 3-D Secure card, an administrator uploads a
//! picture, and a page of an origin that is not allowed is rejected. The page and what people do on it are in
//! `tools/browser`, which `cargo xtask test` compiles.

#![expect(clippy::disallowed_methods, reason = "the environment names the compiled scenarios and the browser")]

use ferrocart_chaos::{PASSWORD, Servers, World, WorldOptions};
use std::env::var;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// The origin of the page. The bucket of the tests allows it, too.
const ORIGIN: &str = "http://localhost:3000";

fn setting(name: &str) -> String {
    var(name).unwrap_or_else(|_| panic!("{name} is not set: run this with `cargo xtask test`"))
}

/// Opens a shop with a bucket and one product.
async fn open() -> World {
    let settings = [
        ("ALLOWED_ORIGINS", ORIGIN),
        ("IMAGE_BUCKET", "pictures"),
        ("AWS_ENDPOINT_URL_S3", &setting("S3_URL")),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
        ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
    ];
    let settings = settings.map(|(name, value)| (name, value.to_owned())).to_vec();
    let shared_servers = Some(Servers::shared().await);
    let mut world = World::open_with(WorldOptions { settings, shared_servers, ..WorldOptions::default() }).await;
    world.add_product("TEE", 1999, 5).await;
    world
}

/// Runs a scenario. If it fails, its screenshot and the functions' logs are kept in `target/browser`.
async fn assert_passes(world: &World, scenario: &str) {
    world.admin("admin").await;
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/browser").join(scenario);
    std::fs::create_dir_all(&kept).expect("a directory");
    let script = Path::new(&setting("BROWSER_SCENARIOS")).join("main.js");
    let mut command = Command::new(setting("NODE"));
    command
        .args([script, scenario.into()])
        .env("SHOP_URL", format!("{}/api/v1", world.lambda.base_url()))
        .env("STRIPE_URL", world.stripe.base_url())
        .env("SCREENSHOT", kept.join("screenshot.png"))
        .env("ADMIN_EMAIL", "admin@example.com")
        .env("ADMIN_PASSWORD", PASSWORD);
    let output = command.kill_on_drop(true).output().await.expect("node");
    if !output.status.success() {
        keep_logs(world, &kept);
        panic!("{}\nmore is in {}", String::from_utf8_lossy(&output.stderr), kept.display());
    }
    assert_eq!(world.deaths(), []);
    std::fs::remove_dir_all(&kept).expect("an unused directory");
}

fn keep_logs(world: &World, kept: &Path) {
    let logs = std::fs::read_dir(world.directory().join("functions")).expect("logs");
    for log in logs.map(|entry| entry.expect("a log").path()) {
        let name: PathBuf = log.file_name().expect("a name").into();
        std::fs::copy(&log, kept.join(name)).expect("space for a log");
    }
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
    let world = open().await;
    assert_passes(&world, "good-card").await;
    assert_charged_once(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_pays_with_another_card_after_a_decline() {
    let world = open().await;
    assert_passes(&world, "declined-card").await;
    assert_charged_once(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_pays_after_3d_secure_authentication() {
    let world = open().await;
    assert_passes(&world, "three-d-secure").await;
    assert_charged_once(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_uploads_a_picture() {
    assert_passes(&open().await, "upload").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_foreign_origin_reaches_neither_api_nor_bucket() {
    assert_passes(&open().await, "foreign-origin").await;
}
