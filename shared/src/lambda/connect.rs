//! Reads secrets and settings, and connects to the database.

use crate::config::{Config, SecretsConfig};
use crate::db;
use crate::secrets::Secrets;
use crate::state::AppState;

/// Why a function could not start.
pub type Error = lambda_runtime::Error;

pub(super) async fn read_secrets(source: Option<&SecretsConfig>) -> Result<Secrets, Error> {
    match source {
        Some(source) => Ok(Secrets::read(source).await?),
        None => Ok(Secrets::default()),
    }
}

/// Connects a function. One that sells does not start with a catalogue in another currency than the store's.
pub(super) async fn connect(secrets: &Secrets, sells: bool) -> Result<AppState, Error> {
    let config = Config::from_env(|name| secrets.get(name))?;
    #[cfg(feature = "chaos")]
    crate::fail_points::arm(config.chaos.point.as_deref(), config.chaos.defect.as_deref(), config.chaos.is_impatient)?;
    let database = db::connect(&config.database).await?;
    // TLS and authentication dominate a cold start: they happen during initialization, not with the first request.
    let shop = AppState::new(config, database);
    let answer = if sells {
        shop.verify_currency().await
    } else {
        db::ping(&shop.database).await.map_err(crate::error::Error::from)
    };
    match answer {
        Ok(()) => {}
        Err(error @ crate::error::Error::CurrencyChanged { .. }) => {
            tracing::error!(%error, "the function does not start");
            return Err(error.into());
        }
        // Each request repeats the check until it succeeds.
        Err(error) => tracing::warn!(%error, "MongoDB does not respond yet"),
    }
    Ok(shop)
}
