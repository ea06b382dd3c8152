//! The functions' own programs, each in an environment as Lambda starts it: how long a start takes, a first and a
//! later answer, and what they cost. Beside them, in turns, are the limits: a function that does nothing, and the
//! driver that asks MongoDB the same without the shop. So a machine that others use at the same time slows all.

mod cases;
mod cold;
pub(crate) mod instructions;
mod process;
mod report;
mod runtime_api;
mod size;
mod stage;
mod warm;

use crate::machine::Machine;
use crate::say::say;
use anyhow::{Context as _, Result};
use clap::Args;
use report::Report;
use stage::Stage;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Options {
    /// The server, a replica set. Databases are made there, and the functions work with them.
    #[arg(long)]
    mongodb_uri: String,
    /// Another server, that wants TLS and a password, for starts as they are with Atlas.
    #[arg(long)]
    mongodb_tls_uri: Option<String>,
    /// Where the programs of the functions are, and those of the limits.
    #[arg(long)]
    programs: PathBuf,
    /// The directory for `functions.json` and `functions.md`.
    #[arg(long)]
    into: PathBuf,
    /// Which functions are measured.
    #[arg(long, value_delimiter = ',', default_value = "products,cart,orders,auth")]
    functions: Vec<String>,
    /// How often each endpoint is asked.
    #[arg(long, default_value_t = 5_000)]
    requests: u32,
    /// How often each function is started, with each server.
    #[arg(long, default_value_t = 20)]
    cold: u32,
    /// How many requests one environment of each function answers in a row, while its memory is watched.
    #[arg(long, default_value_t = 100_000)]
    endurance: u32,
}

/// Measures, prints and writes the report; true when every target was reached.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let mut stages = vec![Stage::set("plain", &options.mongodb_uri).await?];
    if let Some(uri) = &options.mongodb_tls_uri {
        stages.push(Stage::set("TLS and SCRAM", uri).await?);
    }
    let plain = stages.first().context("no server")?;
    let mut machine = Machine::look(&plain.shop).await?;
    for other in stages.iter().skip(1) {
        machine.mongods.extend(Machine::look(&other.shop).await?.mongods);
    }
    let cases = cases::of(plain, &options.functions).await?;
    say(format_args!("measuring {} endpoints of {} functions", cases.len(), options.functions.len()));
    let before = machine.ticks();
    let warm = warm::measure(plain, &machine, &cases, &options)?;
    let lasting = warm::endure(plain, &cases, &options)?;
    let mut cold = Vec::new();
    for stage in &stages {
        cold.extend(cold::measure(stage, &options).await?);
    }
    let usage = machine.ticks().zip(before).map(|(now, before)| now.usage_since(before));
    let sizes = options.functions.iter().map(|name| size::of(&options.programs, name)).collect::<Result<_>>()?;
    let report = Report { machine, usage, warm, lasting, cold, sizes };
    report.print(&options);
    report.write(&options)?;
    Ok(report.passed())
}

/// The program of that name.
fn program(programs: &Path, name: &str) -> PathBuf {
    programs.join(name)
}
