//! `cargo xtask bench`: measures the shop.

mod catalogue;
mod checkout;
mod functions;
mod instructions;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use tempfile::TempDir;
use tokio::process::Command;

use crate::mongod::Mongod;
use crate::processes::{Processes, RunId};
use crate::terminal::print_status;
use crate::{ports, root, tools};

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// Checkout by many buyers at once, beside transactions that do the same.
    Checkout(checkout::Options),
    /// Lists, searches and a product, at the pages 1, 10 and 1,000.
    Catalogue(catalogue::Options),
    /// The functions' programs: how long a start and an answer take, beside what limits them, and what they cost.
    Functions(functions::Options),
    /// The instructions of a request, beside the committed figures.
    Instructions(instructions::Options),
}

/// The exit code is a failure when a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    match options.benchmark {
        Benchmark::Checkout(options) => checkout::run(options).await,
        Benchmark::Catalogue(options) => catalogue::run(options).await,
        Benchmark::Functions(options) => functions::run(options).await,
        Benchmark::Instructions(options) => instructions::run(options).await,
    }
}

/// The profile of a benchmark that measures what runs in its own process.
const OPTIMIZED: &str = "benchmark";

/// What every benchmark has: the program that measures, a MongoDB for it, and all that ends with the run.
struct Bench {
    // Dropped in this order: the processes end before their directory goes.
    processes: Processes,
    scratch: TempDir,
    mongod: PathBuf,
    profile: &'static str,
}

impl Bench {
    /// Finds MongoDB and builds the program that measures.
    async fn prepare(profile: &'static str) -> Result<Self> {
        let scratch = TempDir::with_prefix("ferrocart-bench-").context("making a directory")?;
        let processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
        let mongod = tools::mongod(&processes).await?;
        let bench = Self { processes, scratch, mongod, profile };
        bench.build(profile, "ferrocart-bench").await?;
        Ok(bench)
    }

    /// One package at a time, as `sam build` does: no feature that another wants gets into it.
    async fn build(&self, profile: &str, package: &str) -> Result<()> {
        print_status(format_args!("building {package}"));
        let mut command = self.processes.command(tools::cargo());
        command.args(["build", "--profile", profile, "--package", package, "--bins"]).current_dir(root::root());
        if !command.status().await.context("running cargo build")?.success() {
            bail!("{package} doesn't build");
        }
        Ok(())
    }

    /// Starts a MongoDB, and gives its URI.
    async fn start_mongodb(&mut self, data: &Path, cache: &str) -> Result<String> {
        let server = Mongod { program: &self.mongod, data, port: ports::free()?, cache, for_tests: false };
        print_status(format_args!("starting MongoDB on port {}, with its data in {}", server.port, data.display()));
        server.start(&mut self.processes).await
    }

    /// What begins the measuring of that name.
    fn command(&self, name: &str) -> Command {
        let mut command = self.processes.command(tools::cargo());
        command.args(["run", "--quiet", "--profile", self.profile, "--package", "ferrocart-bench", "--", name]);
        command.current_dir(root::root());
        command
    }

    /// Measures. The exit code is a failure when a target was missed.
    async fn measure(mut self, mut command: Command) -> Result<ExitCode> {
        let measuring = async { command.status().await.context("running the benchmark") };
        let status = self.processes.during(measuring).await?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn reports(to_be_committed: bool) -> PathBuf {
    let directory = if to_be_committed { root::root().join("docs") } else { root::tools() };
    directory.join("benchmarks")
}

/// Where Cargo puts what it builds by a profile.
fn programs(profile: &str) -> Result<PathBuf> {
    let directory = if profile == "dev" { "debug" } else { profile };
    let own = root::binaries()?;
    Ok(own.parent().map_or_else(|| own.clone(), Path::to_path_buf).join(directory))
}
