//! `cargo xtask bench instructions`: builds the functions as they are deployed, counts the instructions of their
//! requests, and holds them against the committed figures.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, programs, reports};
use crate::mongod::SMALL_CACHE;
use crate::tools;

/// Whose endpoints are asked.
const FUNCTIONS: [&str; 2] = ["ferrocart-products", "ferrocart-cart"];
/// The program that asks is not measured itself, and shares what it is built of with `xtask`.
const PROFILE: &str = "dev";

#[derive(Args)]
pub(crate) struct Options {
    /// As what the functions are built: a profile of Cargo. The committed figures are of the default.
    #[arg(long, default_value = "release")]
    profile: String,
    /// Write the figures to docs/benchmarks, to be committed, and compare them with nothing.
    #[arg(long)]
    record: bool,
}

/// The exit code is a failure when a figure is not what is committed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let valgrind = tools::valgrind()?;
    let mut bench = Bench::prepare(PROFILE).await?;
    for package in FUNCTIONS {
        bench.build(&options.profile, package).await?;
    }
    let mongodb_uri = bench.start_mongodb(&bench.scratch.path().join("mongod"), SMALL_CACHE).await?;
    let mut command = bench.command("instructions");
    command.args(["--mongodb-uri", &mongodb_uri, "--profile", &options.profile]);
    command.arg("--valgrind").arg(valgrind).arg("--programs").arg(programs(&options.profile)?);
    command.arg("--into").arg(reports(options.record));
    if !options.record {
        command.arg("--committed").arg(reports(true));
    }
    bench.measure(command).await
}
