//! `cargo xtask bench functions`: builds the functions as they are deployed, and runs the functions benchmark on two
//! temporary MongoDB servers: a plain one, and one with TLS and password authentication as in Atlas.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, FunctionBinaries, OPTIMIZED, copy_program, report_directory};
use crate::mongod::{Mongod, SMALL_CACHE, TlsFiles};
use crate::ports;
use crate::terminal::print_status;

/// The package with the baselines, and its programs: an empty function, and the driver without the shop.
const BASELINES: &str = "ferrocart-limits";
const BASELINE_PROGRAMS: [&str; 2] = ["empty-function", "raw-driver"];

#[derive(Args)]
pub(crate) struct Options {
    /// The number of requests to each endpoint.
    #[arg(long, default_value_t = 5_000)]
    requests: u32,
    /// The number of starts of each function with each server.
    #[arg(long, default_value_t = 20)]
    cold: u32,
    /// The functions that are measured.
    #[arg(long, value_delimiter = ',', default_value = "products,cart,orders,auth")]
    functions: Vec<String>,
    #[command(flatten)]
    binaries: FunctionBinaries,
    /// Write the report to docs/benchmarks, to be committed, instead of .tools/benchmarks.
    #[arg(long)]
    record: bool,
    /// Options of the benchmark, after `--`: `--endurance 1000`, ...
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Exits with a failure if a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let mut bench = Bench::prepare(OPTIMIZED).await?;
    let binaries = bench.functions(&options.binaries, &options.functions).await?;
    let profile = &options.binaries.profile;
    bench.build(profile, BASELINES).await?;
    for name in BASELINE_PROGRAMS {
        copy_program(profile, name, &binaries)?;
    }
    let mongodb_uri = bench.start_mongodb(&bench.scratch.path().join("mongod"), SMALL_CACHE).await?;
    let mongodb_tls_uri = start_tls_mongodb(&mut bench).await?;

    let mut command = bench.command("functions");
    command.args(["--mongodb-uri", &mongodb_uri, "--mongodb-tls-uri", &mongodb_tls_uri]);
    command.args(["--functions", &options.functions.join(","), "--cold", &options.cold.to_string()]);
    command.args(["--requests", &options.requests.to_string()]);
    command.arg("--binaries").arg(binaries);
    command.arg("--output-dir").arg(report_directory(options.record));
    command.args(options.arguments);
    bench.measure(command).await
}

/// Starts a MongoDB with TLS and password authentication, and returns its URI.
async fn start_tls_mongodb(bench: &mut Bench) -> Result<String> {
    let tls = TlsFiles::generate(&bench.scratch.path().join("tls"))?;
    let data = bench.scratch.path().join("mongod-tls");
    let server =
        Mongod { program: &bench.mongod, data: &data, port: ports::free()?, cache: SMALL_CACHE, for_tests: false };
    print_status(format_args!("starting MongoDB with TLS and passwords on port {}", server.port));
    server.start_with_tls(&mut bench.processes, &tls).await
}
