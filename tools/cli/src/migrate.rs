//! `ferrocart migrate`: prepares the database as the function `migrate` does with every deployment.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use ferrocart::db::migration;

use crate::shop::DatabaseOptions;
use crate::terminal::print_status;

/// Create or update collections, validators, indexes and search terms.
///
/// Every deployment does this by itself, except that it builds no index of a collection with
/// 100000 documents or more. Run it by hand before a deployment that requires such an index, to
/// build the indexes that an interrupted import left out, or, with --catalogue-language, to prepare
/// a large catalogue for a deployment in another language. The command and the deployment must be of
/// the same release. Running it again continues an interrupted run, or changes nothing.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOptions,
}

/// Migrates the database.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = options.database.open(None).await?;
    let language = shop.config.catalogue_language;
    migration::migrate(&shop.database, language).await.context("the migration failed")?;
    let (name, schema) = (shop.database.name(), migration::schema(language));
    print_status(format_args!(
        "the {} collections of the database {name} have schema version {}, for the language {}",
        schema.declarations.len(),
        schema.version,
        language.code()
    ));
    Ok(ExitCode::SUCCESS)
}
