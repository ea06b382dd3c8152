//! `cargo xtask bench`: builds and runs the benchmarks of `tools/bench`.

mod accounts;
mod catalogue;
mod checkout;
mod compression;
mod functions;
mod instructions;
mod storefront;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use tempfile::TempDir;
use tokio::process::Command;

use crate::mongod::Mongod;
use crate::processes::{Processes, RunId};
use crate::terminal::print_status;
use crate::{build, ports, root, tools};

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// Compares the times of responses to e-mail addresses with and without an account.
    Accounts(accounts::Options),
    /// Measures checkout by concurrent buyers, compared with MongoDB transactions.
    Checkout(checkout::Options),
    /// Measures lists (pages 1, 10 and 1,000), searches and single products, compared with the plain queries.
    Catalogue(catalogue::Options),
    /// Measures what it costs to compress a response, and what it saves.
    Compression(compression::Options),
    /// Measures start, response time, memory and size of the functions' binaries.
    Functions(functions::Options),
    /// Counts the instructions of a request, and compares them with the committed figures.
    Instructions(instructions::Options),
    /// Measures the first view of the storefront of a running `cargo xtask dev`, on a slow telephone.
    Storefront(storefront::Options),
}

/// Runs a benchmark. The exit code is a failure if a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    match options.benchmark {
        Benchmark::Accounts(options) => accounts::run(options).await,
        Benchmark::Checkout(options) => checkout::run(options).await,
        Benchmark::Catalogue(options) => catalogue::run(options).await,
        Benchmark::Compression(options) => compression::run(options).await,
        Benchmark::Functions(options) => functions::run(options).await,
        Benchmark::Instructions(options) => instructions::run(options).await,
        Benchmark::Storefront(options) => storefront::run(options).await,
    }
}

/// The Cargo profile of benchmarks that measure code in their own process.
const OPTIMIZED: &str = "benchmark";

/// Where the measured functions come from.
#[derive(Args)]
struct FunctionBinaries {
    /// The Cargo profile of the functions.
    #[arg(long, default_value = "release")]
    profile: String,
    /// Measure the functions that `cargo xtask build` has built, instead of building them.
    #[arg(long, conflicts_with = "profile")]
    built: bool,
}

/// The processes and temporary files of a benchmark. They end with the run.
struct Bench {
    // Dropped in this order: the processes end before their directory is deleted.
    processes: Processes,
    scratch: TempDir,
    /// The MongoDB server program.
    mongod: PathBuf,
    /// The Cargo profile of the benchmark program.
    profile: &'static str,
}

impl Bench {
    /// Installs MongoDB if necessary, and builds the benchmark program.
    async fn prepare(profile: &'static str) -> Result<Self> {
        let scratch = TempDir::with_prefix("ferrocart-bench-").context("creating a directory")?;
        let processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
        let mongod = tools::mongod(&processes).await?;
        let bench = Self { processes, scratch, mongod, profile };
        bench.build(profile, "ferrocart-bench").await?;
        Ok(bench)
    }

    /// Builds a single package, as `sam build` does, so it gets no features that only other packages enable.
    async fn build(&self, profile: &str, package: &str) -> Result<()> {
        print_status(format_args!("building {package}"));
        let mut command = self.processes.command(tools::cargo());
        command.args(["build", "--profile", profile, "--package", package, "--bins"]).current_dir(root::root());
        if !command.status().await.context("running cargo build")?.success() {
            bail!("building {package} failed");
        }
        Ok(())
    }

    /// Copies the functions with these names into a directory and returns it.
    async fn functions(&self, binaries: &FunctionBinaries, names: &[impl AsRef<str>]) -> Result<PathBuf> {
        let directory = self.scratch.path().join("binaries");
        fs::create_dir(&directory).context("creating a directory")?;
        for name in names.iter().map(AsRef::as_ref) {
            if binaries.built {
                let program = build::program_of(&root::root().join(build::BUILD_DIRECTORY), name);
                let copied = fs::copy(&program, directory.join(name));
                copied.with_context(|| format!("copying {}: run `cargo xtask build` first", program.display()))?;
            } else {
                self.build(&binaries.profile, &format!("ferrocart-{name}")).await?;
                copy_program(&binaries.profile, name, &directory)?;
            }
        }
        Ok(directory)
    }

    /// Starts a MongoDB and returns its URI.
    async fn start_mongodb(&mut self, data: &Path, cache: &str) -> Result<String> {
        let server = Mongod { program: &self.mongod, data, port: ports::free()?, cache, for_tests: false };
        print_status(format_args!("starting MongoDB on port {} with data in {}", server.port, data.display()));
        server.start(&mut self.processes).await
    }

    /// Returns the command that runs a benchmark.
    fn command(&self, name: &str) -> Command {
        let mut command = self.processes.command(tools::cargo());
        command.args(["run", "--quiet", "--profile", self.profile, "--package", "ferrocart-bench", "--", name]);
        command.current_dir(root::root());
        command
    }

    /// Runs the benchmark. The exit code is a failure if a target was missed.
    async fn measure(mut self, mut command: Command) -> Result<ExitCode> {
        let benchmark = async { command.status().await.context("running the benchmark") };
        let status = self.processes.during(benchmark).await?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Returns the directory for reports: that of the committed ones, or `.tools/benchmarks`.
fn report_directory(committed: bool) -> PathBuf {
    let directory = if committed { root::root().join("docs") } else { root::tools() };
    directory.join("benchmarks")
}

/// Copies a program that Cargo has built with a profile into a directory.
fn copy_program(profile: &str, name: &str, directory: &Path) -> Result<()> {
    let built = root::binaries()?.with_file_name(if profile == "dev" { "debug" } else { profile });
    fs::copy(built.join(name), directory.join(name)).with_context(|| format!("copying {name}"))?;
    Ok(())
}
