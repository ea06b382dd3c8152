//! `cargo xtask chaos` and `cargo xtask fuzz`: build and run the programs of `tests/chaos`.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use tempfile::TempDir;
use tokio::process::Command;

use crate::processes::{self, Processes, RunId};
use crate::{root, test, tools};

#[derive(Args)]
// The program itself documents its arguments.
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// Arguments of the program; `--help` builds it and lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

/// Runs the random load with faults. The exit code is a failure if an invariant was violated.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse order: the processes end before their directory is removed.
    let scratch = TempDir::with_prefix("ferrocart-chaos-logs-").context("creating a directory")?;
    let processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
    let mongod = tools::mongod(&processes).await?;
    test::build(&processes).await?;
    let mut command = processes.command(root::binaries()?.join("chaos"));
    command.env("MONGOD", mongod);
    execute(command, options).await
}

/// Runs schemathesis. The exit code is a failure if a response contradicts `openapi.json`.
pub(crate) async fn run_fuzz(options: Options) -> Result<ExitCode> {
    let scratch = TempDir::with_prefix("ferrocart-fuzz-logs-").context("creating a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
    let mongod = tools::mongod(&processes).await?;
    let schemathesis = tools::schemathesis(&processes).await?;
    let s3 = test::s3(&mut processes, scratch.path()).await?;
    test::build(&processes).await?;
    let mut command = processes.command(root::binaries()?.join("fuzz"));
    command.env("MONGOD", mongod).env("SCHEMATHESIS_PYTHON", schemathesis).env("S3_URL", s3);
    execute(command, options).await
}

async fn execute(mut command: Command, options: Options) -> Result<ExitCode> {
    let status = command.args(options.arguments).status().await.context("running the program")?;
    processes::exit_code(status)
}
