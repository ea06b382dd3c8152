//! `cargo xtask`: what a developer runs, from the local stack to the checks of CI.

#![expect(
    clippy::disallowed_methods,
    reason = "xtask is a tool: it reads its own environment and makes its own MongoDB client"
)]

mod bench;
mod chaos;
mod ci;
mod dev;
mod fuzz;
mod mongod;
mod openapi;
mod pay;
mod ports;
mod processes;
mod rehearse;
mod root;
mod s3;
mod seed;
mod signals;
mod terminal;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version)]
/// Runs, tests and checks Ferrocart on this machine.
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the whole shop: MongoDB, a Stripe stand-in and every function.
    Dev(dev::Options),
    /// Pay for an order at the Stripe stand-in, as a customer's browser would.
    Pay(pay::Options),
    /// Fill an empty shop with demo data, as `dev` does by itself.
    Seed(seed::Options),
    /// Run all tests on a MongoDB of their own.
    Test(test::Options),
    /// Write openapi.json as the code says it.
    Openapi(openapi::Options),
    /// Measure how fast the shop is.
    Bench(bench::Options),
    /// Buy in a shop in which everything goes wrong, and check what must hold then.
    Chaos(chaos::Options),
    /// Ask a shop what nobody thought of, and hold the answers against openapi.json.
    Fuzz(fuzz::Options),
    /// Deploy into a local AWS, sell something there, and remove it.
    Rehearse(rehearse::Options),
    /// Run every check that CI runs: format, lints, documentation, tests.
    Ci,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Whichever comes first ends the command: its own end or a signal. Either way its future is
/// dropped, and with it every process it started.
fn run(command: Command) -> Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the async runtime")?;
    runtime.block_on(async {
        tokio::select! {
            code = signals::asked_to_stop() => code,
            outcome = execute(command) => outcome,
        }
    })
}

async fn execute(command: Command) -> Result<ExitCode> {
    match command {
        Command::Dev(options) => dev::run(options).await,
        Command::Pay(options) => pay::run(options).await,
        Command::Seed(options) => seed::run(options).await,
        Command::Test(options) => test::run(options).await,
        Command::Rehearse(options) => rehearse::run(options).await,
        Command::Openapi(options) => openapi::run(options).await,
        Command::Bench(options) => bench::run(options).await,
        Command::Chaos(options) => chaos::run(options).await,
        Command::Fuzz(options) => fuzz::run(options).await,
        Command::Ci => ci::run().await,
    }
}
