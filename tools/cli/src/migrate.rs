//! `ferrocart migrate`: prepares the database as the function `migrate` does with every deployment.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use ferrocart::db::migration;

use crate::shop::DatabaseOptions;
use crate::terminal::print_status;

/// Create or update collections, validators and indexes.
///
/// Every deployment does this by itself. Run it by hand to prepare a database before the first
/// deployment, or to build the indexes that an interrupted import left out. Running it again
/// changes nothing.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOptions,
}

/// Migrates the database.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = options.database.open(None).await?;
    ferrocart_migrate::run(&shop.database).await.context("the migration failed")?;
    let (name, collections) = (shop.database.name(), migration::declarations().len());
    print_status(format_args!("the {collections} collections of the database {name} are up to date"));
    Ok(ExitCode::SUCCESS)
}
