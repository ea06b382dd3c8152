//! The options that say which shop a command works on.

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrocart::AppState;
use ferrocart::config::Config;
use ferrocart::db::products::Products;
use ferrocart::domain::search::Language;
use mongodb::Database;

use crate::connection_string::connect;
use crate::secret::read_secret;

/// What `MONGODB_URI` contains. All commands but `complete-restore` prepare collections or write for the operator.
const CONNECTION_STRING: &str = "the connection string of the shop's replica set, of the user that migrates it";

/// Where the database of the shop is.
#[derive(Args)]
#[command(next_help_heading = "Database")]
pub(crate) struct DatabaseOptions {
    /// Name of the database [default: the database in the connection string, or `ferrocart`].
    #[arg(long, value_name = "NAME", env = "MONGODB_DATABASE")]
    mongodb_database: Option<String>,
    /// ISO 639-1 code of the language of the catalogue; must be the `CATALOGUE_LANGUAGE` of the
    /// shop's deployment [default: that of the database, or `en`].
    #[arg(long, value_name = "CODE", env = "CATALOGUE_LANGUAGE")]
    catalogue_language: Option<Language>,
}

/// The currency that prices in files are in.
#[derive(Args)]
pub(crate) struct CurrencyOption {
    /// ISO 4217 code of the shop's currency; must be the `STORE_CURRENCY` of its deployment.
    #[arg(long, value_name = "CODE", env = "STORE_CURRENCY")]
    currency: String,
}

/// Settings of a shop that a command needs beside the database, by the names that the functions read.
pub(crate) type Setting<'a> = (&'a str, String);

impl DatabaseOptions {
    /// Opens the shop with these settings beside the database.
    pub(crate) async fn open<'a>(&self, settings: impl IntoIterator<Item = Setting<'a>>) -> Result<AppState> {
        let uri = read_secret("MONGODB_URI", CONNECTION_STRING)?;
        let settings: Vec<_> = settings.into_iter().collect();
        let mut config = Config::read(|name| match name {
            "MONGODB_URI" => Some(uri.clone()),
            "MONGODB_DATABASE" => self.mongodb_database.clone(),
            _ => settings.iter().find(|(given, _)| *given == name).map(|(_, value)| value.clone()),
        })?;
        let database = connect(&uri, &config.database).await?;
        config.catalogue_language = match self.catalogue_language {
            Some(language) => language,
            None => stored_language(&database).await?,
        };
        Ok(AppState::new(config, database))
    }
}

async fn stored_language(database: &Database) -> Result<Language> {
    match Products::stored_languages(database).await.context("cannot read the products")?.as_slice() {
        [] => Ok(Language::default()),
        [language] => Ok(*language),
        _ => bail!(
            "a migration to another language was interrupted: pass the --catalogue-language of the deployment to \
             `ferrocart migrate`"
        ),
    }
}

impl CurrencyOption {
    pub(crate) fn setting(&self) -> Setting<'static> {
        ("STORE_CURRENCY", self.currency.clone())
    }
}
