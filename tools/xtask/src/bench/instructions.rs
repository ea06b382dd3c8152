//! `cargo xtask bench instructions`: builds the functions as they are deployed, counts the instructions of their
//! requests, and compares them with the committed figures.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, FunctionBinaries, report_directory};
use crate::mongod::SMALL_CACHE;
use crate::tools;

/// The functions whose endpoints are called.
const FUNCTIONS: [&str; 2] = ["products", "cart"];
/// The benchmark's own process is not measured, so it is built with `xtask`'s profile, which shares the dependencies.
const PROFILE: &str = "dev";

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    binaries: FunctionBinaries,
    /// Write the figures to docs/benchmarks, to be committed, without comparing them.
    #[arg(long)]
    record: bool,
}

/// Exits with a failure if a figure differs from the committed one.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let valgrind = tools::valgrind()?;
    let mut bench = Bench::prepare(PROFILE).await?;
    let binaries = bench.functions(&options.binaries, &FUNCTIONS).await?;
    let mongodb_uri = bench.start_mongodb(&bench.scratch.path().join("mongod"), SMALL_CACHE).await?;
    let mut command = bench.command("instructions");
    command.args(["--mongodb-uri", &mongodb_uri, "--profile", &options.binaries.profile]);
    command.arg("--valgrind").arg(valgrind).arg("--binaries").arg(binaries);
    command.arg("--output-dir").arg(report_directory(options.record));
    if !options.record {
        command.arg("--committed").arg(report_directory(true));
    }
    bench.measure(command).await
}
