//! `cargo xtask bench checkout`: runs the checkout benchmark on a temporary MongoDB.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, OPTIMIZED, report_directory};
use crate::mongod::SMALL_CACHE;

#[derive(Args)]
pub(crate) struct Options {
    /// Write the report to docs/benchmarks, to be committed, instead of .tools/benchmarks.
    #[arg(long)]
    record: bool,
    /// Options of the benchmark, after `--`: `--rounds 1 --millis 500`, ...
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Exits with a failure if a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let mut bench = Bench::prepare(OPTIMIZED).await?;
    let mongodb_uri = bench.start_mongodb(&bench.scratch.path().join("mongod"), SMALL_CACHE).await?;
    let mut command = bench.command("checkout");
    command.args(["--mongodb-uri", &mongodb_uri, "--output-dir"]).arg(report_directory(options.record));
    command.args(options.arguments);
    bench.measure(command).await
}
