//! `cargo xtask bench functions`: builds the functions as they are deployed, and measures them on two servers that
//! start and end with it: one as on a developer's machine, and one with TLS and passwords, as Atlas is.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{Bench, OPTIMIZED, programs, reports};
use crate::mongod::{Mongod, SMALL_CACHE, TlsFiles};
use crate::ports;
use crate::terminal::print_status;

/// The empty function, and the driver without the shop.
const LIMITS: &str = "ferrocart-limits";

#[derive(Args)]
pub(crate) struct Options {
    /// How often each endpoint is asked.
    #[arg(long, default_value_t = 5_000)]
    requests: u32,
    /// How often each function is started, with each server.
    #[arg(long, default_value_t = 20)]
    cold: u32,
    /// Which functions are built and measured.
    #[arg(long, value_delimiter = ',', default_value = "products,cart,orders,auth")]
    functions: Vec<String>,
    /// As what they are built: a profile of Cargo.
    #[arg(long, default_value = "release")]
    profile: String,
    /// Write the report to docs/benchmarks, to be committed, and not to .tools/benchmarks.
    #[arg(long)]
    record: bool,
    /// Passed on to the benchmark, after `--`: `--endurance 1000`, ...
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// The exit code is a failure when a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let mut bench = Bench::prepare(OPTIMIZED).await?;
    for name in &options.functions {
        bench.build(&options.profile, &format!("ferrocart-{name}")).await?;
    }
    bench.build(&options.profile, LIMITS).await?;
    let mongodb_uri = bench.start_mongodb(&bench.scratch.path().join("mongod"), SMALL_CACHE).await?;
    let mongodb_tls_uri = start_mongodb_with_tls(&mut bench).await?;

    let mut command = bench.command("functions");
    command.args(["--mongodb-uri", &mongodb_uri, "--mongodb-tls-uri", &mongodb_tls_uri]);
    command.args(["--functions", &options.functions.join(","), "--cold", &options.cold.to_string()]);
    command.args(["--requests", &options.requests.to_string()]);
    command.arg("--programs").arg(programs(&options.profile)?).arg("--into").arg(reports(options.record));
    command.args(options.arguments);
    bench.measure(command).await
}

async fn start_mongodb_with_tls(bench: &mut Bench) -> Result<String> {
    let tls = TlsFiles::generate(&bench.scratch.path().join("tls"))?;
    let data = bench.scratch.path().join("mongod-tls");
    let server =
        Mongod { program: &bench.mongod, data: &data, port: ports::free()?, cache: SMALL_CACHE, for_tests: false };
    print_status(format_args!("starting MongoDB with TLS and passwords on port {}", server.port));
    server.start_with_tls(&mut bench.processes, &tls).await
}
