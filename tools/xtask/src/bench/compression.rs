//! `cargo xtask bench compression`: what it costs to compress responses, and what it saves.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, OPTIMIZED};

#[derive(Args)]
pub(crate) struct Options {
    /// Number of responses for each median.
    #[arg(long, default_value_t = 500)]
    samples: u32,
}

/// Exits with a failure if the compression takes longer than it saves.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let bench = Bench::prepare(OPTIMIZED).await?;
    let mut command = bench.command("compression");
    command.args(["--samples", &options.samples.to_string()]);
    bench.measure(command).await
}
