//! `cargo xtask chaos`: random runs of a shop in which everything goes wrong, until the time is over
//! or something is found.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tempfile::TempDir;

use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{root, test, tools};

#[derive(Args)]
pub(crate) struct Options {
    /// For how long, about
    #[arg(long, default_value_t = 3)]
    minutes: u64,
    /// From what everything that is decided at random follows; by default a new one
    #[arg(long)]
    seed: Option<u64>,
}

/// The exit code is a failure when an invariant was violated.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse: the processes end before their directory goes.
    let scratch = TempDir::with_prefix("ferrocart-chaos-logs-").context("making a directory")?;
    let processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
    let mongod = tools::mongod(&processes).await?;
    test::build(&processes).await?;

    let mut command = processes.command(root::binaries()?.join("chaos"));
    command.args(["--minutes", &options.minutes.to_string()]).env("MONGOD", mongod);
    if let Some(seed) = options.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    say("the storm begins");
    let status = command.status().await.context("running the storm")?;
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(code) => Ok(ExitCode::from(code)),
        None => bail!("the storm ended without an exit code ({status})"),
    }
}
