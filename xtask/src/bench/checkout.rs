//! `cargo xtask bench checkout`: builds the benchmark and runs it on a MongoDB that starts and ends
//! with it.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tempfile::TempDir;

use super::{cargo, reports};
use crate::mongod::{Mongod, SMALL_CACHE};
use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{ports, tools};

#[derive(Args)]
pub(crate) struct Options {
    /// Write the report to docs/benchmarks, to be committed, and not to .tools/benchmarks.
    #[arg(long)]
    record: bool,
    /// Passed on to the benchmark, after `--`: `--rounds 1 --millis 500`, ...
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// The exit code is a failure when a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse: the processes end before their directory goes.
    let scratch = TempDir::with_prefix("ferrocart-bench-").context("making a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
    let program = tools::mongod(&processes).await?;

    say("building the benchmark");
    if !cargo(&processes, "build").status().await.context("running cargo build")?.success() {
        bail!("the benchmark doesn't build");
    }
    let server = Mongod {
        program: &program,
        data: &scratch.path().join("mongod"),
        port: ports::free()?,
        cache: SMALL_CACHE,
        for_tests: false,
    };
    say(format_args!("starting MongoDB on port {}", server.port));
    let mongodb_uri = server.start(&mut processes).await?;

    let mut command = cargo(&processes, "run");
    command.args(["--quiet", "--", "checkout", "--mongodb-uri", &mongodb_uri, "--into"]).arg(reports(options.record));
    command.args(options.arguments);
    let measuring = async { command.status().await.context("running the benchmark") };
    let status = processes.during(measuring).await?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
