//! Reads settings, and connects to the database.

use crate::config::{Config, DatabaseConfig};
use crate::db;
use crate::secrets::Secrets;
use crate::state::AppState;
use mongodb::Database;
use mongodb::error::ErrorKind;
use secrecy::ExposeSecret;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Why a function could not start.
pub type Error = lambda_runtime::Error;

/// Creates the state of a function from its settings. The client of MongoDB connects in the background; one that `current`
/// has for the same connection string is used again.
pub(super) async fn open(secrets: &Secrets, current: Option<&AppState>) -> Result<AppState, Error> {
    let config = read_config(secrets)?;
    #[cfg(feature = "chaos")]
    crate::fail_points::arm(config.chaos.point.as_deref(), config.chaos.defect.as_deref(), config.chaos.is_impatient)?;
    let database = match current.filter(|current| is_same_database(&current.config, &config)) {
        Some(current) => current.database.clone(),
        None => connect_database(&config.database).await?,
    };
    Ok(AppState::new(config, database))
}

/// Reads the settings. A secret without any setting of the function is mistyped.
fn read_config(secrets: &Secrets) -> Result<Config, Error> {
    let read = RefCell::new(BTreeSet::new());
    let config = Config::from_env(|name| {
        read.borrow_mut().insert(name.to_owned());
        secrets.get(name)
    })?;
    match secrets.without_any(&read.into_inner()).next() {
        Some(arn) => Err(format!("the secret {arn} has no setting of this function").into()),
        None => Ok(config),
    }
}

/// Creates the client of MongoDB. The error does not quote the connection string, as those of the driver may.
pub(super) async fn connect_database(config: &DatabaseConfig) -> Result<Database, Error> {
    db::connect(config).await.map_err(|error| match error.kind.as_ref() {
        ErrorKind::InvalidArgument { .. } => "MONGODB_URI is not a valid connection string".into(),
        _ => error.into(),
    })
}

/// Returns whether two configurations have the same connection string.
pub(super) fn is_same_database(a: &Config, b: &Config) -> bool {
    a.database.uri.expose_secret() == b.database.uri.expose_secret()
}

/// Checks that the database responds to the function's user and is migrated, and that a function that sells has the
/// currency of the catalogue. TLS and authentication dominate a cold start: they happen here, and not with the first
/// request.
pub(super) async fn verify_database(shop: &AppState, sells: bool) -> crate::error::Result<()> {
    shop.verify_schema().await?;
    if sells { shop.verify_currency().await } else { Ok(()) }
}
