//! `cargo xtask bench catalogue`: runs the catalogue benchmark on a MongoDB whose products are kept for the next run.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, OPTIMIZED, report_directory};
use crate::root;

#[derive(Args)]
pub(crate) struct Options {
    /// The number of products. They are created once and take about 6 GB on disk per million.
    #[arg(long, default_value_t = 100_000)]
    products: u32,
    /// The data directory of MongoDB [default: .tools/bench-catalogue].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The size of MongoDB's cache.
    #[arg(long, value_name = "GB", default_value = "6")]
    cache: String,
    /// Write the report to docs/benchmarks, to be committed, instead of .tools/benchmarks.
    #[arg(long)]
    record: bool,
    /// Options of the benchmark, after `--`: `--rounds 1 --times 20`, ...
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Exits with a failure if a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let mut bench = Bench::prepare(OPTIMIZED).await?;
    let data = options.data_dir.unwrap_or_else(|| root::tools().join("bench-catalogue"));
    let mongodb_uri = bench.start_mongodb(&data, &options.cache).await?;
    let mut command = bench.command("catalogue");
    command.args(["--mongodb-uri", &mongodb_uri, "--products", &options.products.to_string()]);
    command.arg("--output-dir").arg(report_directory(options.record));
    command.args(options.arguments);
    bench.measure(command).await
}
