//! Runs the programs in `tools/browser`.

use ferrocart_chaos::{PASSWORD, Servers, World, WorldOptions};
use serde_json::json;
use std::env::var;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;

/// The origin of the pages. The bucket of the tests allows it, too.
const ORIGIN: &str = "http://localhost:3000";
/// The sender whose mail the emulator of SES accepts.
const SENDER: &str = "orders@shop.example";

pub(crate) fn setting(name: &str) -> String {
    var(name).unwrap_or_else(|_| panic!("{name} is not set: run this with `cargo xtask test`"))
}

/// Opens a shop with a bucket and an emulator of SES, on the database server that most tests share.
pub(crate) async fn open_shared() -> World {
    open(Some(Servers::shared().await)).await
}

/// Opens a shop with a bucket and an emulator of SES, and by default with a database server of its own.
pub(crate) async fn open(shared_servers: Option<Servers>) -> World {
    let emulator = setting("S3_URL");
    let settings = [
        ("ALLOWED_ORIGINS", ORIGIN),
        ("IMAGE_BUCKET", "pictures"),
        ("AWS_ENDPOINT_URL_S3", &emulator),
        ("AWS_ENDPOINT_URL_SESV2", &emulator),
        ("MAIL_FROM", SENDER),
        ("STOREFRONT_URL", ORIGIN),
        ("STORE_NAME", "Ferrocart"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
        ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
    ];
    let settings = settings.map(|(name, value)| (name, value.to_owned())).to_vec();
    World::open_with(WorldOptions { settings, shared_servers, ..WorldOptions::default() }).await
}

/// Runs a scenario of a program. If it fails, its screenshots, traces and messages and the functions' logs are kept in
/// `target/browser`.
pub(crate) async fn assert_passes(world: &mut World, program: &str, scenario: &str) {
    world.admin("admin").await;
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/browser").join(scenario);
    fs::remove_dir_all(&kept).ok();
    fs::create_dir_all(&kept).expect("a directory");
    let succeeded = run(world, program, scenario, &kept).await;
    if !succeeded {
        keep_logs(world, &kept);
        let messages = fs::read_to_string(kept.join("messages.txt")).unwrap_or_default();
        panic!("{messages}\nmore is in {}", kept.display());
    }
    assert_eq!(world.deaths(), []);
    fs::remove_dir_all(&kept).expect("an unused directory");
}

/// Runs a scenario, and does what it requests on its standard output. Returns whether it succeeded.
async fn run(world: &mut World, program: &str, scenario: &str, kept: &Path) -> bool {
    let script = Path::new(&setting("BROWSER_SCENARIOS")).join(program);
    let messages = File::create(kept.join("messages.txt")).expect("a file");
    let mut command = Command::new(setting("NODE"));
    command
        .args([script, scenario.into()])
        .env("SHOP_URL", format!("{}/api/v1", world.lambda.base_url()))
        .env("STRIPE_URL", world.stripe.base_url())
        .env("KEPT", kept)
        .env("ADMIN_EMAIL", "admin@example.com")
        .env("ADMIN_PASSWORD", PASSWORD);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(messages).kill_on_drop(true);
    let mut child = command.spawn().expect("node");
    let mut replies = child.stdin.take().expect("a pipe");
    let mut requests = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    while let Some(request) = requests.next_line().await.expect("lines") {
        match request.as_str() {
            "stop-mongodb" => world.mongo.kill(0),
            "start-mongodb" => world.mongo.restart(0),
            "send-mails" => send_mails(world).await,
            other => panic!("{scenario} requests {other}"),
        }
        replies.write_all(b"done\n").await.expect("a scenario that waits");
    }
    child.wait().await.expect("an end").success()
}

/// Runs `mailer`, as its schedule does every minute.
async fn send_mails(world: &World) {
    let report = world.lambda.invoke("mailer", &json!({})).await.expect("a report");
    assert!(["retried", "failed"].iter().all(|name| report.get(name) == Some(&json!(0))), "{report}");
}

fn keep_logs(world: &World, kept: &Path) {
    let logs = fs::read_dir(world.directory().join("functions")).expect("logs");
    for log in logs.map(|entry| entry.expect("a log").path()) {
        let name: PathBuf = log.file_name().expect("a name").into();
        fs::copy(&log, kept.join(name)).expect("space for a log");
    }
}
