//! `ferrocart migrate`: prepares the database as the function `migrate` does with every deployment.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use ferrocart::db::migration;

use crate::shop::DatabaseOptions;
use crate::terminal::print_status;

/// Create or update collections, validators, indexes and search terms.
///
/// Every deployment does this by itself. Run it by hand to prepare a database before the first
/// deployment, to build the indexes that an interrupted import left out, or, with
/// --catalogue-language, to prepare a large catalogue for a deployment in another language.
/// Running it again continues an interrupted run, or changes nothing.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOptions,
}

/// Migrates the database.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = options.database.open(None).await?;
    let language = shop.config.catalogue_language;
    ferrocart_migrate::run(&shop.database, language).await.context("the migration failed")?;
    let (name, collections) = (shop.database.name(), migration::declarations(language).len());
    print_status(format_args!(
        "the {collections} collections of the database {name} are up to date, for the language {}",
        language.code()
    ));
    Ok(ExitCode::SUCCESS)
}
