//! `ferrocart`: the command line for operators of a shop. It needs the shop's database and no source checkout.

mod check_stripe;
mod complete_restore;
mod connection_string;
mod create_admin;
mod create_token_key;
mod export;
mod import;
mod migrate;
mod preflight;
mod secret;
mod shop;
mod terminal;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

/// Manages the catalogue, the administrators and the database of a Ferrocart shop, and checks what a deployment needs.
///
/// Most commands connect to the MongoDB replica set of the shop, at the connection string in the environment variable
/// `MONGODB_URI`. If it is not set, the command asks for it without showing it. No option takes a secret, because shells
/// keep command lines in their history. To enter the connection string once per terminal:
///
///     read -rs MONGODB_URI && export MONGODB_URI
///     ferrocart import products.csv --currency USD
///
/// `ferrocart COMMAND --help` describes a command and its options.
#[derive(Parser)]
#[command(name = "ferrocart", version, verbatim_doc_comment, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 on success, 1 on failure, if `import` rejected a line or if `complete-restore` left something to do, 2 for wrong usage.";

#[derive(Subcommand)]
enum Command {
    Import(import::Options),
    Export(export::Options),
    CreateAdmin(create_admin::Options),
    CreateTokenKey(create_token_key::Options),
    Migrate(migrate::Options),
    CheckStripe(check_stripe::Options),
    CompleteRestore(complete_restore::Options),
    Preflight(preflight::Options),
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
            Command::CompleteRestore(options) => complete_restore::run(options).await,
            Command::Preflight(options) => preflight::run(options).await,
        }
    })
}
