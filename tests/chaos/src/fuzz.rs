//! Questions that nobody thought of: schemathesis makes them from openapi.json, asks a shop of its own and
//! holds every answer against the document.

mod questions;

use crate::{Terms, World};
use std::process::Command;

/// What keeps the limits out of the way: all questions come from one address.
const WIDE: [(&str, &str); 3] = [
    ("PASSWORD_TRIES_PER_HOUR", "3600000"),
    ("ACCOUNT_CALLS_PER_HOUR", "3600000"),
    ("ADDRESS_CALLS_PER_HOUR", "3600000"),
];
/// The bucket in the emulator that `cargo xtask` starts, but for where that is.
const BUCKET: [(&str, &str); 4] = [
    ("IMAGE_BUCKET", "pictures"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
    ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
];
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Somebody without a token.
    Nobody,
    /// Somebody with an account.
    Customer,
    /// Somebody who runs the shop.
    Admin,
}

/// How much is asked.
#[derive(Debug, Clone, Copy)]
pub enum Extent {
    /// So many cases of each operation, always the same ones with the same seed, and for administrators,
    /// who come past every door, all that lies at the edge of what the document allows.
    Cases(u32),
    /// For so many seconds.
    Seconds(u64),
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nobody, Self::Customer, Self::Admin];

    /// How it is named on a command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Customer => "customer",
            Self::Admin => "admin",
        }
    }
}

/// Asks a new shop, and says whether every answer was right; if not, schemathesis has said why.
///
/// The variable `SCHEMATHESIS_PYTHON` names a Python that has it, and `S3_URL` an emulator for pictures.
pub async fn fuzz(role: Role, seed: u64, extent: Extent) -> bool {
    let s3 = std::env::var("S3_URL").expect("S3_URL is not set: run this with `cargo xtask`");
    let settings = WIDE.into_iter().chain(BUCKET).chain([("AWS_ENDPOINT_URL_S3", s3.as_str())]);
    let settings = settings.map(|(name, value)| (name, value.to_owned())).collect();
    let mut world = World::open_with(Terms { settings, ..Terms::default() }).await;
    let config = questions::prepare(&mut world, role).await;
    let python = std::env::var("SCHEMATHESIS_PYTHON");
    let python = python.expect("SCHEMATHESIS_PYTHON is not set: run this with `cargo xtask`");
    let mut command = Command::new(python);
    command.args(["-m", "schemathesis.cli", "--no-color", "--config-file"]).arg(config);
    command.args(["run", DOCUMENT, "--url", world.lambda.base_url(), "--seed", &seed.to_string()]);
    match extent {
        Extent::Cases(cases) => {
            let phases = if role == Role::Admin { "coverage,stateful" } else { "fuzzing,stateful" };
            command.args(["--phases", phases, "--max-examples", &cases.to_string()])
        }
        Extent::Seconds(seconds) => command.args(["--max-time", &seconds.to_string()]),
    };
    command.current_dir(world.directory()).envs(questions::environment());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("the end of a task");
    let output = output.expect("schemathesis");
    let deaths = world.deaths();
    // Through the macro, which the harness of tests keeps to itself unless the test fails.
    eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !deaths.is_empty() {
        eprintln!("functions have died: {deaths:?}");
    }
    let is_right = output.status.success() && deaths.is_empty();
    if !is_right {
        world.keep();
    }
    is_right
}
