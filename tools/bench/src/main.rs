//! Measures how fast the shop is. `cargo xtask bench` builds this program as it would be deployed and starts a MongoDB
//! for it.

#![expect(clippy::float_arithmetic, reason = "these are measurements; no money is counted here")]

mod accounts;
mod catalogue;
mod checkout;
mod compression;
mod functions;
mod machine;
mod report;
mod shop;
mod statistics;
mod terminal;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench", about)]
/// Measures how fast the shop is.
struct Cli {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// Compares the times of responses to e-mail addresses with and without an account.
    Accounts(accounts::Options),
    /// Measures checkout, compared with MongoDB transactions.
    Checkout(checkout::Options),
    /// Measures lists (pages 1, 10 and 1,000), searches and single products, compared with the plain queries.
    Catalogue(catalogue::Options),
    /// Measures what it costs to compress a response, and what it saves.
    Compression(compression::Options),
    /// Measures start, response time, memory and size of the functions' binaries.
    Functions(functions::Options),
    /// Counts the instructions of a request, and compares them with the committed figures.
    Instructions(functions::instructions::Options),
}

/// Exits with a failure if a target was missed.
fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the async runtime")?;
    let passed = match cli.benchmark {
        Benchmark::Accounts(options) => runtime.block_on(accounts::run(options)),
        Benchmark::Checkout(options) => runtime.block_on(checkout::run(options)),
        Benchmark::Catalogue(options) => runtime.block_on(catalogue::run(options)),
        Benchmark::Compression(options) => runtime.block_on(compression::run(options)),
        Benchmark::Functions(options) => runtime.block_on(functions::run(options)),
        Benchmark::Instructions(options) => runtime.block_on(functions::instructions::run(options)),
    }?;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
