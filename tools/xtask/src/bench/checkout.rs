//! `cargo xtask bench checkout`: builds the benchmark and runs it on a MongoDB that starts and ends
//! with it.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, OPTIMIZED, reports};
use crate::mongod::SMALL_CACHE;

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
    let mut bench = Bench::prepare(OPTIMIZED).await?;
    let mongodb_uri = bench.start_mongodb(&bench.scratch.path().join("mongod"), SMALL_CACHE).await?;
    let mut command = bench.command("checkout");
    command.args(["--mongodb-uri", &mongodb_uri, "--into"]).arg(reports(options.record));
    command.args(options.arguments);
    bench.measure(command).await
}
