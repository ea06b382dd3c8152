//! `cargo xtask bench catalogue`: builds the benchmark and runs it on a MongoDB that keeps its products for
//! the next time.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tempfile::TempDir;

use super::{cargo, reports};
use crate::mongod::Mongod;
use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{ports, root, tools};

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
    // Dropped in reverse: the processes end before their directory goes.
    let scratch = TempDir::with_prefix("ferrocart-bench-").context("making a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
    let program = tools::mongod(&processes).await?;

    say("building the benchmark");
    if !cargo(&processes, "build").status().await.context("running cargo build")?.success() {
        bail!("the benchmark doesn't build");
    }
    let data = options.data_dir.unwrap_or_else(|| root::tools().join("bench-catalogue"));
    let server =
        Mongod { program: &program, data: &data, port: ports::free()?, cache: &options.cache, for_tests: false };
    say(format_args!("starting MongoDB on port {}, with its data in {}", server.port, data.display()));
    let mongodb_uri = server.start(&mut processes).await?;

    let mut command = cargo(&processes, "run");
    command.args(["--quiet", "--", "catalogue", "--mongodb-uri", &mongodb_uri]);
    command.args(["--products", &options.products.to_string(), "--into"]).arg(reports(options.record));
    command.args(options.arguments);
    let measuring = async { command.status().await.context("running the benchmark") };
    let status = processes.during(measuring).await?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
