//! `cargo xtask fuzz`: schemathesis asks a shop of its own what nobody thought of, and holds every answer
//! against openapi.json.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tempfile::TempDir;

use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{root, test, tools};

#[derive(Args)]
pub(crate) struct Options {
    /// For how long, with each role
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// From what all questions follow; by default a new one
    #[arg(long)]
    seed: Option<u64>,
    /// `nobody`, `customer` or `admin`; by default each in turn
    #[arg(long)]
    role: Option<String>,
}

/// The exit code is a failure when an answer was not what the document says.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse: the processes end before their directory goes.
    let scratch = TempDir::with_prefix("ferrocart-fuzz-logs-").context("making a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
    let mongod = tools::mongod(&processes).await?;
    let schemathesis = tools::schemathesis(&processes).await?;
    let s3 = test::s3(&mut processes, scratch.path()).await?;
    test::build(&processes).await?;

    let mut command = processes.command(root::binaries()?.join("fuzz"));
    command.args(["--minutes", &options.minutes.to_string()]);
    command.env("MONGOD", mongod).env("SCHEMATHESIS_PYTHON", schemathesis).env("S3_URL", s3);
    if let Some(seed) = options.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    if let Some(role) = &options.role {
        command.args(["--role", role]);
    }
    say("the questions begin");
    let status = command.status().await.context("running schemathesis")?;
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(code) => Ok(ExitCode::from(code)),
        None => bail!("the questions ended without an exit code ({status})"),
    }
}
