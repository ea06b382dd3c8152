//! Starts a function with the current values of its secrets, and with the previous value of one that is proven wrong:
//! `docs/decisions/secrets.md`.

use super::connect::{
    DATABASE_SETTING, Error, OpenError, leads_elsewhere, open, proves_wrong_credentials, verify_database,
};
use super::host_names::names_no_host;
use super::renewal::{Failures, InUse, MAX_DURATION, Renewed, after, report_failure};
use crate::config::SecretsConfig;
use crate::error::describe;
use crate::secrets::{ReadSecrets, Secret, Secrets, SecretsError, Stage};
use crate::state::AppState;
use mongodb::error::ErrorKind;
use tokio::time::{Instant, timeout_at};

/// Starts without secrets: all settings are in the environment.
pub(super) async fn start_without_secrets(sells: bool) -> Result<InUse, Error> {
    let secrets = Secrets::default();
    let shop = open(&secrets, None).await?;
    tolerate_outage(verify_database(&shop, sells).await)?;
    Ok(InUse { secrets, shop })
}

/// Starts with the current values of the secrets. A previous value is used only if the current one is proven wrong. A previous
/// connection string must also lead to the same database, unless the current one leads nowhere.
pub(super) async fn start(source: &SecretsConfig, sells: bool) -> Result<Renewed, Error> {
    let end = after(MAX_DURATION);
    let read = Secrets::read_each(source, Stage::Current).await?;
    // During an outage of Secrets Manager an unreadable value is not proven wrong, and a missing setting neither.
    let is_available = !read.iter().any(|(_, value)| value.as_ref().is_err_and(SecretsError::is_transient));
    let (mut secrets, mut failures) = split(read);
    let mut attempt = Attempt::open(&secrets, sells, end).await;
    if is_available && (attempt.proves_fault() || !failures.is_empty()) {
        let previous = match timeout_at(end, Secrets::read_each(source, Stage::Previous)).await {
            Ok(read) => split(read?).0,
            Err(_) => Secrets::default(),
        };
        while let Some(replaced) = attempt.fall_back(&secrets, &previous, &mut failures) {
            secrets = replaced;
            attempt = Attempt::open(&secrets, sells, end).await;
        }
    }
    // Without some of its secrets a function may lack required settings. Then only this line has the reason.
    let shop = attempt.shop.inspect_err(|_| failures.iter().for_each(|(arn, error)| report_failure(arn, error)))?;
    tolerate_outage(attempt.database)?;
    Ok(Renewed { in_use: InUse { secrets, shop }, failures })
}

/// The result of opening a shop with secrets.
struct Attempt {
    shop: Result<AppState, OpenError>,
    /// The result of checking the database, if there is a shop.
    database: crate::error::Result<()>,
    /// Whether no host of the connection string exists.
    names_no_host: bool,
}

impl Attempt {
    async fn open(secrets: &Secrets, sells: bool, end: Instant) -> Self {
        let shop = timeout_at(end, open(secrets, None)).await.unwrap_or(Err(OpenError::Deadline));
        let database = match &shop {
            Ok(shop) => {
                let verified = timeout_at(end, verify_database(shop, sells)).await;
                verified.unwrap_or(Err(crate::error::Error::DeadlineExceeded))
            }
            Err(_) => Ok(()),
        };
        let mut attempt = Self { shop, database, names_no_host: false };
        if attempt.has_found_no_server()
            && let Some(uri) = secrets.get(DATABASE_SETTING)
        {
            attempt.names_no_host = timeout_at(end, names_no_host(&uri)).await.unwrap_or(false);
        }
        attempt
    }

    /// Returns whether the driver did not find a server. Its error is the same for an outage and for a host that does not exist.
    fn has_found_no_server(&self) -> bool {
        match (&self.shop, &self.database) {
            (Err(OpenError::Database(error)), _) => matches!(*error.kind, ErrorKind::DnsResolve { .. }),
            (Ok(_), Err(crate::error::Error::Database(error))) => {
                matches!(*error.kind, ErrorKind::ServerSelection { .. })
            }
            _ => false,
        }
    }

    /// Returns whether a value is proven wrong.
    fn proves_fault(&self) -> bool {
        self.names_no_host
            || self.shop.as_ref().is_err_and(OpenError::is_permanent)
            || self.database.as_ref().is_err_and(proves_wrong_credentials)
    }

    /// Returns whether a secret with this value is proven wrong.
    fn is_fault_of(&self, arn: &str, secret: &Secret) -> bool {
        match &self.shop {
            Err(error) if !self.names_no_host => error.is_about(arn, secret),
            _ => self.proves_fault() && secret.get(DATABASE_SETTING).is_some(),
        }
    }

    /// Returns why the shop does not work.
    fn reason(&self) -> String {
        if self.names_no_host {
            return format!("no host of {DATABASE_SETTING} exists");
        }
        let shop = self.shop.as_ref().err().map(|error| describe(error));
        shop.or_else(|| self.database.as_ref().err().map(|error| describe(error))).unwrap_or_default()
    }

    /// Records the secrets at fault, and replaces them by their previous values. `None` if there is no other value.
    fn fall_back(&self, secrets: &Secrets, previous: &Secrets, failures: &mut Failures) -> Option<Secrets> {
        let is_fault_of = |(arn, secret): &(&str, &Secret)| self.is_fault_of(arn, secret);
        let mut at_fault: Vec<_> = secrets.iter().filter(is_fault_of).collect();
        if at_fault.is_empty() {
            // A setting is missing. The secret that had it is at fault.
            at_fault = previous.iter().filter(is_fault_of).collect();
        }
        for (arn, _) in at_fault {
            failures.entry(arn.to_owned()).or_insert_with(|| self.reason());
        }
        let mut replaced = secrets.clone();
        for (arn, old) in previous.iter().filter(|(arn, _)| failures.contains_key(*arn)) {
            let uri = |secret: &Secret| secret.get(DATABASE_SETTING).unwrap_or_default().to_owned();
            // Nothing can have moved to a host that does not exist.
            if self.names_no_host || !secrets.secret(arn).is_some_and(|new| leads_elsewhere(&uri(new), &uri(old))) {
                replaced.insert(arn.to_owned(), old.clone());
            }
        }
        Some(replaced).filter(|replaced| replaced != secrets)
    }
}

/// Separates the secrets that were read from those that were not.
fn split(read: ReadSecrets) -> (Secrets, Failures) {
    let (mut secrets, mut failures) = (Secrets::default(), Failures::new());
    for (arn, value) in read {
        match value {
            Ok(secret) => secrets.insert(arn, secret),
            Err(error) => drop(failures.insert(arn, describe(&error))),
        }
    }
    (secrets, failures)
}

/// Allows a function to start while MongoDB does not respond or is not migrated: each request repeats the check until it
/// succeeds.
fn tolerate_outage(database: crate::error::Result<()>) -> Result<(), Error> {
    match database {
        Err(error @ crate::error::Error::CurrencyChanged { .. }) => {
            tracing::error!(%error, "the function does not start");
            Err(error.into())
        }
        Err(error) => {
            tracing::warn!(error = describe(&error), "the database is not ready yet");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
