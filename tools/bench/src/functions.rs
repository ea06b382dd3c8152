//! The functions benchmark: start, response time, memory and size of the functions' binaries, each run as Lambda runs
//! it. The baselines are an empty function, and the driver that sends the same commands without the shop. Functions and
//! baselines alternate, so load on the machine slows all of them.

mod cases;
mod cold_start;
pub(crate) mod instructions;
mod memory;
mod process;
mod report;
mod runtime_api;
mod setup;
mod size;
mod warm;

use crate::machine::Machine;
use crate::terminal::print_status;
use anyhow::{Context as _, Result};
use clap::Args;
use report::Report;
use setup::Setup;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Options {
    /// The MongoDB server, a replica set. The functions use a database of their own.
    #[arg(long)]
    mongodb_uri: String,
    /// A second MongoDB server, with TLS and password authentication, for starts as with Atlas.
    #[arg(long)]
    mongodb_tls_uri: Option<String>,
    /// The directory with the binaries of the functions and of the baselines.
    #[arg(long)]
    binaries: PathBuf,
    /// The directory for `functions.json` and `functions.md`.
    #[arg(long)]
    output_dir: PathBuf,
    /// The functions that are measured.
    #[arg(long, value_delimiter = ',', default_value = "products,cart,orders,auth")]
    functions: Vec<String>,
    /// The number of requests to each endpoint.
    #[arg(long, default_value_t = 5_000)]
    requests: u32,
    /// The number of starts of each function with each server.
    #[arg(long, default_value_t = 20)]
    cold: u32,
    /// The number of requests to one environment of each function while its memory is measured.
    #[arg(long, default_value_t = 100_000)]
    endurance: u32,
}

/// Measures, prints and writes the report. Returns whether every target was reached.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let mut setups = vec![Setup::create("plain", &options.mongodb_uri).await?];
    if let Some(uri) = &options.mongodb_tls_uri {
        setups.push(Setup::create("TLS and SCRAM", uri).await?);
    }
    let plain = setups.first().context("no server")?;
    let mut machine = Machine::inspect(&plain.shop).await?;
    for other in setups.iter().skip(1) {
        machine.add_servers_of(Machine::inspect(&other.shop).await?);
    }
    let cases = cases::of_functions(plain, &options.functions).await?;
    print_status(format_args!("measuring {} endpoints of {} functions", cases.len(), options.functions.len()));
    let before = machine.cpu_ticks();
    let warm = warm::measure(plain, &machine, &cases, &options)?;
    let memory = memory::measure(plain, &cases, &options)?;
    let mut cold_starts = Vec::new();
    for setup in &setups {
        cold_starts.extend(cold_start::measure(setup, &options).await?);
    }
    let usage = machine.cpu_ticks().zip(before).map(|(now, before)| now.usage_since(before));
    let sizes = options.functions.iter().map(|name| size::measure(&options.binaries, name)).collect::<Result<_>>()?;
    let report = Report { machine, usage, warm, memory, cold_starts, sizes };
    report.print(&options);
    report.write(&options)?;
    Ok(report.passed())
}
