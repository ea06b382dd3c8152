//! `ferrocart`: the command line for operators of a shop. It needs the shop's database and no source checkout.

mod check_stripe;
mod create_admin;
mod create_token_key;
mod export;
mod import;
mod migrate;
mod shop;
mod terminal;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

/// Manages the catalogue, the administrators and the database of a Ferrocart shop, checks its Stripe key, and creates
/// keys of access tokens.
///
/// Every command but `check-stripe` and `create-token-key` connects to the MongoDB replica set of the shop. Set the environment variable
/// `MONGODB_URI` to its connection string, or use --mongodb-uri:
///
///     export MONGODB_URI='mongodb+srv://USER:PASSWORD@HOST/'
///     ferrocart import products.csv
///
/// `ferrocart COMMAND --help` describes a command and its options.
#[derive(Parser)]
#[command(name = "ferrocart", version, verbatim_doc_comment, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 on success, 1 on failure or if `import` rejected a line, 2 for wrong usage.";

#[derive(Subcommand)]
enum Command {
    Import(import::Options),
    Export(export::Options),
    CreateAdmin(create_admin::Options),
    CreateTokenKey(create_token_key::Options),
    Migrate(migrate::Options),
    CheckStripe(check_stripe::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    run(cli.command).unwrap_or_else(|error| {
        terminal::print_error(&error);
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the async runtime")?;
    runtime.block_on(async {
        match command {
            Command::Import(options) => import::run(options).await,
            Command::Export(options) => export::run(options).await,
            Command::CreateAdmin(options) => create_admin::run(options).await,
            Command::CreateTokenKey(options) => create_token_key::run(&options),
            Command::Migrate(options) => migrate::run(options).await,
            Command::CheckStripe(options) => check_stripe::run(options).await,
        }
    })
}
