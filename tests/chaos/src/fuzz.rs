//! Fuzzing: schemathesis generates requests from `openapi.json`, sends them to a shop, and verifies every response
//! against the document. No function may die. Without injected faults.

mod setup;

use crate::{World, WorldOptions};
use clap::ValueEnum;
use std::process::Command;

/// Limits that the requests never reach, although all come from one address.
const HIGH_LIMITS: [(&str, &str); 6] = [
    ("PASSWORD_TRIES_PER_HOUR", "3600000"),
    ("ACCOUNT_CALLS_PER_HOUR", "3600000"),
    ("ACCOUNT_MAILS_PER_HOUR", "3600000"),
    ("ADDRESS_CALLS_PER_HOUR", "3600000"),
    ("MAX_UNPAID_ORDERS", "10000"),
    ("MAX_UNPAID_ORDERS_PER_ADDRESS", "10000"),
];
/// The bucket in the S3 emulator that `cargo xtask` starts.
const BUCKET: [(&str, &str); 4] = [
    ("IMAGE_BUCKET", "pictures"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
    ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
];
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");

/// The role in which requests are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Without an access token.
    Anonymous,
    /// As a customer.
    Customer,
    /// As an administrator.
    Admin,
}

/// The number or duration of the requests.
#[derive(Debug, Clone, Copy)]
pub enum Budget {
    /// That many cases of each endpoint, which follow from the seed. For administrators, who may call every endpoint,
    /// all boundary values of the document instead.
    Cases(u32),
    /// As many cases as possible in that many seconds.
    Seconds(u64),
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Anonymous, Self::Customer, Self::Admin];

    /// Returns its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Customer => "customer",
            Self::Admin => "admin",
        }
    }
}

/// Fuzzes a new shop. Returns whether every response matched the document; otherwise the output of schemathesis, which
/// is printed, contains the differences.
///
/// The environment variable `SCHEMATHESIS_PYTHON` is the path of a Python with schemathesis, and `S3_URL` the URL of an
/// S3 emulator for images.
pub async fn fuzz(role: Role, seed: u64, budget: Budget) -> bool {
    let s3 = std::env::var("S3_URL").expect("S3_URL is not set: run this with `cargo xtask`");
    let settings = HIGH_LIMITS.into_iter().chain(BUCKET).chain([("AWS_ENDPOINT_URL_S3", s3.as_str())]);
    let settings = settings.map(|(name, value)| (name, value.to_owned())).collect();
    let mut world = World::open_with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let config = setup::prepare(&mut world, role).await;
    let python = std::env::var("SCHEMATHESIS_PYTHON");
    let python = python.expect("SCHEMATHESIS_PYTHON is not set: run this with `cargo xtask`");
    let mut command = Command::new(python);
    command.args(["-m", "schemathesis.cli", "--no-color", "--config-file"]).arg(config);
    let url = format!("{}/api/v1", world.lambda.base_url());
    command.args(["run", DOCUMENT, "--url", &url, "--seed", &seed.to_string()]);
    match budget {
        Budget::Cases(cases) => {
            let phases = if role == Role::Admin { "coverage,stateful" } else { "fuzzing,stateful" };
            command.args(["--phases", phases, "--max-examples", &cases.to_string()])
        }
        Budget::Seconds(seconds) => command.args(["--max-time", &seconds.to_string()]),
    };
    command.current_dir(world.directory()).envs(setup::environment());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("the end of a task");
    let output = output.expect("schemathesis");
    let deaths = world.deaths();
    // The test harness captures the output of this macro, but not that of a child process.
    eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !deaths.is_empty() {
        eprintln!("function processes have died: {deaths:?}");
    }
    let is_correct = output.status.success() && deaths.is_empty();
    if !is_correct {
        world.keep_files();
    }
    is_correct
}
