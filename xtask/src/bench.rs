//! `cargo xtask bench`: measures the shop.

mod catalogue;
mod checkout;
mod functions;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use tokio::process::Command;

use crate::processes::Processes;
use crate::{root, tools};

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
}

/// The exit code is a failure when a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    match options.benchmark {
        Benchmark::Checkout(options) => checkout::run(options).await,
        Benchmark::Catalogue(options) => catalogue::run(options).await,
        Benchmark::Functions(options) => functions::run(options).await,
    }
}

/// What is measured is optimized. It is built without the other packages, so that no feature of
/// theirs gets into it.
fn cargo(processes: &Processes, subcommand: &str) -> Command {
    let mut command = processes.command(tools::cargo());
    command.args([subcommand, "--profile", "benchmark", "--package", "ferrocart-bench"]).current_dir(root::root());
    command
}

fn reports(to_be_committed: bool) -> PathBuf {
    let directory = if to_be_committed { root::root().join("docs") } else { root::tools() };
    directory.join("benchmarks")
}
