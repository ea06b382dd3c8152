//! Reads settings, and connects to the database.

use crate::config::{Config, ConfigError, DatabaseConfig};
use crate::db;
use crate::secrets::{Secret, Secrets};
use crate::state::AppState;
use mongodb::Database;
use mongodb::error::ErrorKind;
use mongodb::options::{ConnectionString, HostInfo};
use secrecy::ExposeSecret;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Why a function could not start.
pub type Error = lambda_runtime::Error;

/// The setting that leads to the database.
pub(super) const DATABASE_SETTING: &str = "MONGODB_URI";

/// Why a shop cannot be opened with its secrets. No text contains a value.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// These secrets are mistyped.
    #[error("no setting of this function in: {}", .0.join(", "))]
    NoSetting(Vec<String>),
    #[error(transparent)]
    Settings(#[from] ConfigError),
    #[error("MONGODB_URI is not a valid connection string")]
    InvalidConnectionString,
    #[error("{}", .0.kind)]
    Database(mongodb::error::Error),
    #[error("the shop could not be opened in time")]
    Deadline,
    #[cfg(feature = "chaos")]
    #[error(transparent)]
    Chaos(#[from] crate::fail_points::ChaosError),
}

impl OpenError {
    /// Returns whether a value is proven wrong.
    pub(super) const fn is_permanent(&self) -> bool {
        matches!(self, Self::NoSetting(_) | Self::Settings(_) | Self::InvalidConnectionString)
    }

    /// Returns whether a secret with this value is at fault.
    pub(super) fn is_about(&self, arn: &str, secret: &Secret) -> bool {
        match self {
            Self::NoSetting(arns) => arns.iter().any(|other| other == arn),
            Self::Settings(error) => secret.names().any(|name| error.is_about(name)),
            Self::InvalidConnectionString => secret.get(DATABASE_SETTING).is_some(),
            Self::Database(_) | Self::Deadline => false,
            #[cfg(feature = "chaos")]
            Self::Chaos(_) => false,
        }
    }
}

/// Creates the state of a function from its settings. The client of MongoDB connects in the background; one that `current`
/// has for the same connection string is used again.
pub(super) async fn open(secrets: &Secrets, current: Option<&AppState>) -> Result<AppState, OpenError> {
    let names = setting_names();
    let is_mistyped = |secret: &Secret| !secret.names().any(|name| names.contains(name));
    let mistyped = secrets.iter().filter(|(_, secret)| is_mistyped(secret)).map(|(arn, _)| arn.to_owned());
    let mistyped: Vec<_> = mistyped.collect();
    if !mistyped.is_empty() {
        return Err(OpenError::NoSetting(mistyped));
    }
    let config = Config::from_env(|name| secrets.get(name))?;
    #[cfg(feature = "chaos")]
    crate::fail_points::arm(config.chaos.point.as_deref(), config.chaos.defect.as_deref(), config.chaos.is_impatient)?;
    let database = match current.filter(|current| is_same_database(&current.config, &config)) {
        Some(current) => current.database.clone(),
        None => connect_database(&config.database).await?,
    };
    Ok(AppState::new(config, database))
}

/// Returns the names of all settings, also of those that are only read if another one is present.
fn setting_names() -> BTreeSet<String> {
    let names = RefCell::new(BTreeSet::new());
    // Every setting is present, so all are read. Their values are invalid, which does not matter.
    drop(Config::read(|name| {
        names.borrow_mut().insert(name.to_owned());
        Some("present".to_owned())
    }));
    names.into_inner()
}

/// Creates the client of MongoDB. The error does not quote the connection string, as those of the driver may.
pub(super) async fn connect_database(config: &DatabaseConfig) -> Result<Database, OpenError> {
    db::connect(config).await.map_err(|error| match error.kind.as_ref() {
        ErrorKind::InvalidArgument { .. } => OpenError::InvalidConnectionString,
        _ => OpenError::Database(error),
    })
}

/// Returns whether two configurations have the same connection string.
pub(super) fn is_same_database(a: &Config, b: &Config) -> bool {
    a.database.uri.expose_secret() == b.database.uri.expose_secret()
}

/// Returns whether two connection strings name different hosts or databases. One that is invalid names none.
pub(super) fn leads_elsewhere(a: &str, b: &str) -> bool {
    let place = |uri: &str| {
        let parsed = ConnectionString::parse(uri).ok()?;
        let mut hosts = match parsed.host_info {
            HostInfo::HostIdentifiers(hosts) => hosts.iter().map(ToString::to_string).collect(),
            HostInfo::DnsRecord(name) => vec![name],
            _ => Vec::new(),
        };
        hosts.iter_mut().for_each(|host| host.make_ascii_lowercase());
        hosts.sort_unstable();
        Some((hosts, parsed.default_database))
    };
    place(a).zip(place(b)).is_some_and(|(a, b)| a != b)
}

/// Returns whether an error proves that the credentials of the connection string are wrong. An unavailable database proves
/// nothing.
pub(super) fn proves_wrong_credentials(error: &crate::error::Error) -> bool {
    const UNAUTHORIZED: i32 = 13;
    const AUTHENTICATION_FAILED: i32 = 18;
    let crate::error::Error::Database(error) = error else { return false };
    match error.kind.as_ref() {
        ErrorKind::Authentication { .. } => true,
        ErrorKind::Command(error) => [UNAUTHORIZED, AUTHENTICATION_FAILED].contains(&error.code),
        _ => false,
    }
}

/// Checks that the database responds to the function's user and is migrated, and that a function that sells has the
/// currency of the catalogue. TLS and authentication dominate a cold start: they happen here, and not with the first
/// request.
pub(super) async fn verify_database(shop: &AppState, sells: bool) -> crate::error::Result<()> {
    shop.verify_schema().await?;
    if sells { shop.verify_currency().await } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{leads_elsewhere, setting_names};
    use crate::config::Config;

    #[test]
    fn settings_that_depend_on_others_are_known() {
        let names = setting_names();
        for name in ["MONGODB_URI", "STRIPE_WEBHOOK_SECRET", "PROXY_SECRET_PREVIOUS", "CURSOR_KEY_PREVIOUS"] {
            assert!(names.contains(name), "{name}");
        }
    }

    #[test]
    fn the_error_of_a_setting_is_about_that_setting_alone() {
        let read = |name: &str| match name {
            "MONGODB_URI" => Some("mongodb://127.0.0.1:9/".to_owned()),
            "CURSOR_KEY_PREVIOUS" => Some("short".to_owned()),
            "CURSOR_KEY" => Some("k".repeat(32)),
            _ => None,
        };
        let error = Config::read(read).unwrap_err();
        assert!(error.is_about("CURSOR_KEY_PREVIOUS"));
        assert!(!error.is_about("CURSOR_KEY") && !error.is_about("MONGODB_URI"));
    }

    #[test]
    fn connection_strings_are_compared_by_hosts_and_database() {
        let uri = "mongodb://shop:one@a.example,b.example:27017/shop?retryWrites=true";
        let same = "mongodb://other:two@B.example,a.example:27017/shop";
        assert!(!leads_elsewhere(uri, same));
        for other in
            ["mongodb://a.example/shop", "mongodb://a.example,b.example:1/shop", "mongodb://a.example,b.example/"]
        {
            assert!(leads_elsewhere(uri, other), "{other}");
        }
        let srv = "mongodb+srv://shop:one@shop.example.net/";
        assert!(!leads_elsewhere(srv, "mongodb+srv://shop:two@shop.example.net/?appName=shop"));
        assert!(leads_elsewhere(srv, "mongodb+srv://shop:one@new.example.net/"));
        assert!(!leads_elsewhere(srv, "mongodb://shop:p@ss/w@127.0.0.1:1/"), "an invalid one names none");
    }
}
