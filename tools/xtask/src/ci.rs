//! `cargo xtask ci`: what has to hold before a change is merged.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{openapi, root, test, tools};

/// Each check as arguments of cargo.
const CHECKS: [&[&str]; 3] = [
    &["fmt", "--all", "--check"],
    &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    &["doc", "--workspace", "--no-deps"],
];

/// Stops at the first check that fails.
pub(crate) async fn run() -> Result<ExitCode> {
    let processes = Processes::new(RunId::random()?, root::tools());
    for check in CHECKS {
        say(format_args!("cargo {}", check.join(" ")));
        let mut command = processes.command(tools::cargo());
        command.args(check).current_dir(root::root()).env("RUSTDOCFLAGS", "-D warnings");
        if !command.status().await?.success() {
            bail!("`cargo {}` failed", check.join(" "));
        }
    }
    openapi::run(openapi::Options { check: true }).await?;
    test::run(test::Options::default()).await
}
