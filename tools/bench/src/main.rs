//! Measures how fast the shop is. `cargo xtask bench` builds this as it would be deployed, and
//! gives it a MongoDB of its own.

#![expect(clippy::float_arithmetic, reason = "these are measurements; no money is counted here")]

mod catalogue;
mod checkout;
mod figures;
mod functions;
mod machine;
mod say;

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
    /// Checkout, beside transactions that do the same.
    Checkout(checkout::Options),
    /// Lists, searches and a product, at the pages 1, 10 and 1,000.
    Catalogue(catalogue::Options),
    /// The functions' own programs: starts, answers, what they cost.
    Functions(functions::Options),
    /// The instructions of a request, beside the committed figures.
    Instructions(functions::instructions::Options),
}

/// Success means that every target was reached.
fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the async runtime")?;
    let passed = match cli.benchmark {
        Benchmark::Checkout(options) => runtime.block_on(checkout::run(options)),
        Benchmark::Catalogue(options) => runtime.block_on(catalogue::run(options)),
        Benchmark::Functions(options) => runtime.block_on(functions::run(options)),
        Benchmark::Instructions(options) => runtime.block_on(functions::instructions::run(options)),
    }?;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
