//! `cargo xtask bench`: measures the shop.

mod catalogue;
mod checkout;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

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
}

/// The exit code is a failure when a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    match options.benchmark {
        Benchmark::Checkout(options) => checkout::run(options).await,
        Benchmark::Catalogue(options) => catalogue::run(options).await,
    }
}
