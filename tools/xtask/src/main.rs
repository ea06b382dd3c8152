//! `cargo xtask`: the commands of developers, from the local stack to the checks of CI. Operators of a shop use the
//! binary `ferrocart` in `tools/cli`.

#![expect(
    clippy::disallowed_methods,
    reason = "xtask is a tool: it reads its own environment and creates its own MongoDB client"
)]

mod bench;
mod binary;
mod browser;
mod build;
mod cargo;
mod chaos;
mod ci;
mod contract;
mod deploy_local;
mod dev;
mod elf;
mod frontend;
mod mail;
mod ministack;
mod mongod;
mod openapi;
mod origins;
mod pay;
mod ports;
mod processes;
mod ready;
mod root;
mod s3;
mod screenshots;
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
    /// Start the whole shop: MongoDB, the Stripe stand-in, an S3 emulator and every function.
    Dev(dev::Options),
    /// Pay for an order at the Stripe stand-in, as a customer's browser would.
    Pay(pay::Options),
    /// List the mails of a running `dev`, or show one.
    Mail(mail::Options),
    /// Fill an empty shop with demo data. `dev` does this by itself.
    Seed(seed::Options),
    /// Run all tests with a MongoDB and an S3 emulator of their own.
    Test(test::Options),
    /// Generate openapi.json from the code.
    Openapi(openapi::Options),
    /// Lint openapi.json, and compile clients that are generated from it.
    Contract,
    /// Check the packages in frontend: format, lints, types, tests, size, and the types of the contract.
    Frontend(frontend::Options),
    /// Measure the performance of the shop.
    Bench(bench::Options),
    /// Take the screenshots of the documentation from a running `dev` with demo data.
    Screenshots(screenshots::Options),
    /// Run a random load while processes and servers fail, and check the invariants.
    Chaos(chaos::Options),
    /// Send generated requests to a shop, and check every response against openapi.json.
    Fuzz(chaos::Options),
    /// Build the functions for a deployment, and check that they start on Lambda.
    Build(build::Options),
    /// Deploy the template to an AWS emulator, with every parameter, failed updates, renewed secrets and a rollback.
    DeployLocal(deploy_local::Options),
    /// Check format, lints, documentation, the contract and frontend, then run all tests.
    Ci,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            terminal::print_error(&error);
            ExitCode::FAILURE
        }
    }
}

/// Runs the command until it ends or a signal arrives. Either way its future is dropped, which ends every process
/// that it started.
fn run(command: Command) -> Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the async runtime")?;
    runtime.block_on(async {
        tokio::select! {
            code = signals::stop_signal() => code,
            outcome = execute(command) => outcome,
        }
    })
}

async fn execute(command: Command) -> Result<ExitCode> {
    match command {
        Command::Dev(options) => dev::run(options).await,
        Command::Pay(options) => pay::run(options).await,
        Command::Mail(options) => mail::run(options).await,
        Command::Seed(options) => seed::run(options).await,
        Command::Test(options) => test::run(options).await,
        Command::Build(options) => build::run(options).await,
        Command::DeployLocal(options) => deploy_local::run(options).await,
        Command::Openapi(options) => openapi::run(options).await,
        Command::Contract => contract::run().await,
        Command::Frontend(options) => frontend::run(options).await,
        Command::Bench(options) => bench::run(options).await,
        Command::Screenshots(options) => screenshots::run(options).await,
        Command::Chaos(options) => chaos::run(options).await,
        Command::Fuzz(options) => chaos::run_fuzz(options).await,
        Command::Ci => ci::run().await,
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::{Cli, Command};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn chaos_and_fuzz_pass_all_arguments_on() {
        for name in ["chaos", "fuzz"] {
            let cli = Cli::try_parse_from(["xtask", name, "--minutes", "1", "--help"]).unwrap();
            let (Command::Chaos(options) | Command::Fuzz(options)) = cli.command else { panic!("{name}") };
            assert_eq!(options.arguments, ["--minutes", "1", "--help"]);
        }
    }
}
