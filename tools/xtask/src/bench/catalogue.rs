//! `cargo xtask bench catalogue`: builds the benchmark and runs it on a MongoDB that keeps its products for
//! the next time.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, OPTIMIZED, reports};
use crate::root;

#[derive(Args)]
pub(crate) struct Options {
    /// How many products there are. They are made once, and take about 6 GB on disk for each million.
    #[arg(long, default_value_t = 100_000)]
    products: u32,
    /// Where MongoDB keeps them [default: .tools/bench-catalogue].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// How much memory MongoDB takes for its cache.
    #[arg(long, value_name = "GB", default_value = "6")]
    cache: String,
    /// Write the report to docs/benchmarks, to be committed, and not to .tools/benchmarks.
    #[arg(long)]
    record: bool,
    /// Passed on to the benchmark, after `--`: `--rounds 1 --times 20`, ...
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// The exit code is a failure when a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let mut bench = Bench::prepare(OPTIMIZED).await?;
    let data = options.data_dir.unwrap_or_else(|| root::tools().join("bench-catalogue"));
    let mongodb_uri = bench.start_mongodb(&data, &options.cache).await?;
    let mut command = bench.command("catalogue");
    command.args(["--mongodb-uri", &mongodb_uri, "--products", &options.products.to_string()]);
    command.arg("--into").arg(reports(options.record));
    command.args(options.arguments);
    bench.measure(command).await
}
