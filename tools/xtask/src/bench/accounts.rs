//! `cargo xtask bench accounts`: whether response times reveal which e-mail addresses have an account.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, OPTIMIZED, report_directory};

#[derive(Args)]
pub(crate) struct Options {
    /// Number of requests with each address.
    #[arg(long, default_value_t = 200)]
    times: u32,
    /// Write the report to docs/benchmarks, to be committed, instead of .tools/benchmarks.
    #[arg(long)]
    record: bool,
}

/// Exits with a failure if the times differ.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let mut bench = Bench::prepare(OPTIMIZED).await?;
    let data = bench.scratch.path().join("mongodb");
    let mongodb_uri = bench.start_mongodb(&data, "1").await?;
    let mut command = bench.command("accounts");
    command.args(["--mongodb-uri", &mongodb_uri, "--times", &options.times.to_string()]);
    command.arg("--output-dir").arg(report_directory(options.record));
    bench.measure(command).await
}
