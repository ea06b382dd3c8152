//! Prepares what a deployment needs before it receives traffic: collections, validators, indexes, the first administrator,
//! and the keys of access tokens.

mod create_token_keys;
mod custom_resource;
mod make_first_admin;
mod stripe_modes;

pub use create_token_keys::create_token_keys;
pub use custom_resource::respond;
pub use make_first_admin::make_first_admin;

use ferrocart::config::{SecretsConfig, TokenKeySecrets};
use ferrocart::db::migration::{MigrationError, migrate_in_deployment, schema};
use ferrocart::db::settings::StoredSettings;
use ferrocart::domain::search::Language;
use ferrocart::lambda::{Error, open_database};
use mongodb::Database;
use serde_json::{Value, json};
use std::time::Duration;
use stripe_modes::expect_one_stripe_mode;

/// Migrates the database for a catalogue in a language, and returns the version of the schema and the names of the
/// collections. Repeating it changes nothing.
///
/// # Errors
/// As for [`migrate_in_deployment`].
pub async fn run(database: &Database, language: Language) -> Result<Value, MigrationError> {
    migrate_in_deployment(database, language).await?;
    let schema = schema(language);
    let collections: Vec<_> = schema.declarations.iter().map(|declaration| declaration.name).collect();
    Ok(json!({ "schema_version": schema.version, "collections": collections }))
}

/// Handles an event, of CloudFormation with each deployment or of a manual invocation.
///
/// Settings are read and connections opened only here: CloudFormation would wait for an hour for a function that fails to
/// start.
///
/// # Errors
/// As [`run`], and when a setting is invalid, Stripe's keys have different modes, CloudFormation cannot be reached, or the
/// catalogue has prices in another currency than the store's.
pub async fn handle(event: Value, remaining: Duration) -> Result<Value, Error> {
    respond(&event, remaining, async {
        expect_one_stripe_mode(&event)?;
        let (database, currency, language, first_admin) = open_database().await?;
        let outcome = run(&database, language).await?;
        // Otherwise the functions that sell would be deployed, but not start.
        StoredSettings::new(&database).claim_currency(currency).await?;
        if let Some(first_admin) = first_admin {
            make_first_admin(&database, &first_admin).await?;
        }
        if let (Some(config), Some(secrets)) = (SecretsConfig::from_env()?, TokenKeySecrets::from_env()?) {
            create_token_keys(&database, &config, &secrets).await?;
        }
        Ok(outcome)
    })
    .await
}
