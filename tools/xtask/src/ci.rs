//! `cargo xtask ci`: every check that CI runs.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::processes::{Processes, RunId};
use crate::terminal::print_status;
use crate::{cargo, contract, frontend, openapi, root, test};

/// Each check as arguments of cargo.
const CHECKS: [&[&str]; 4] = [
    &["fmt", "--all", "--check"],
    &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    &["doc", "--workspace", "--no-deps"],
    // The build that authenticates to MongoDB with the roles of the functions.
    &["check", "--workspace", "--features", "ferrocart/mongodb-aws"],
];

/// Runs the checks in turn and stops at the first failure.
pub(crate) async fn run() -> Result<ExitCode> {
    let processes = Processes::new(RunId::random()?, root::tools());
    for check in CHECKS {
        print_status(format_args!("cargo {}", check.join(" ")));
        let mut command = cargo::command(&processes);
        if !command.args(check).env("RUSTDOCFLAGS", "-D warnings").status().await?.success() {
            bail!("`cargo {}` failed", check.join(" "));
        }
    }
    openapi::run(openapi::Options { check: true, release: false, examples: false }).await?;
    contract::run().await?;
    frontend::run(frontend::Options::default()).await?;
    test::run(test::Options::default()).await
}
