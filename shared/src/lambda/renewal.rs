//! Decides which values of its secrets a function uses. A value that does not work replaces none that does, and one secret
//! does not affect the others: `docs/decisions/secrets.md`.

use super::connect::{Error, is_same_database, open, verify_database};
use crate::config::SecretsConfig;
use crate::payments::{Access, Permission};
use crate::secrets::{ReadSecrets, Secret, Secrets, Stage};
use crate::state::AppState;
use crate::telemetry::BusinessEvent;
use secrecy::ExposeSecret;
use std::time::Duration;
use tokio::time::timeout;

/// The maximum duration of the checks of one value: more than the time in which MongoDB's driver selects a server.
const CHECK_TIMEOUT: Duration = Duration::from_millis(3_500);
/// The setting whose secret leads to the database.
const DATABASE_SETTING: &str = "MONGODB_URI";
/// The end of the name of a setting that a secret has only while it is rolled.
const ROLLED: &str = "_PREVIOUS";

/// The secrets in use, and the shop that was made from them.
#[derive(Clone)]
pub(super) struct InUse {
    secrets: Secrets,
    pub(super) shop: AppState,
}

/// The values of secrets that were read, or why one cannot be used.
type Values = Vec<(String, Result<Secret, String>)>;

/// The result of a renewal.
pub(super) struct Renewed {
    pub(super) in_use: InUse,
    /// The secrets whose current values are not in use, and why.
    failures: Vec<(String, String)>,
}

impl InUse {
    /// Starts without secrets: all settings are in the environment.
    pub(super) async fn start_without_secrets(sells: bool) -> Result<Self, Error> {
        let secrets = Secrets::default();
        let shop = open(&secrets, None).await?;
        tolerate_outage(verify_database(&shop, sells).await)?;
        Ok(Self { secrets, shop })
    }

    /// Starts with the current values of the secrets. For those that do not work, the values before them are used if they
    /// do.
    pub(super) async fn start(source: &SecretsConfig, sells: bool) -> Result<Renewed, Error> {
        let mut values = values(Secrets::read_each(source, Stage::Current).await?);
        let secrets = usable(&values);
        let opened = open(&secrets, None).await;
        let mut database = Ok(());
        if let Ok(shop) = &opened {
            database = verify_database(shop, sells).await;
            if database.is_ok() && values.iter().all(|(_, value)| value.is_ok()) {
                return Ok(Renewed { in_use: Self { secrets, shop: shop.clone() }, failures: Vec::new() });
            }
        }
        let unread = failures(&values);
        if let Err(error) = &database {
            reject_connection_string(&mut values, error);
        }
        if let Some(renewed) = Box::pin(fall_back(source, &secrets, values, sells)).await {
            return Ok(renewed);
        }
        let started = opened.map(|shop| Renewed { in_use: Self { secrets, shop }, failures: unread.clone() });
        // Without some of its secrets a function may lack required settings. Then only this line has the reason.
        let started = started.inspect_err(|_| unread.iter().for_each(|(arn, error)| report_failure(arn, error)))?;
        tolerate_outage(database)?;
        Ok(started)
    }

    /// Reads all secrets again, and uses each value that has changed and works.
    pub(super) async fn renew(&self, source: &SecretsConfig, sells: bool) -> Result<Renewed, Error> {
        let values = values(Secrets::read_each(source, Stage::Current).await?);
        Ok(Box::pin(self.accept_each(values, sells)).await)
    }

    #[cfg(test)]
    pub(super) const fn new(secrets: Secrets, shop: AppState) -> Self {
        Self { secrets, shop }
    }

    /// Returns whether the values are those of an earlier renewal.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.secrets == other.secrets
    }

    async fn accept_each(&self, values: Values, sells: bool) -> Renewed {
        let (mut in_use, mut failures) = (self.clone(), Vec::new());
        for (arn, value) in values {
            let accepted = match value {
                Ok(secret) if in_use.secrets.secret(&arn) == Some(&secret) => continue,
                Ok(secret) => match timeout(CHECK_TIMEOUT, in_use.accept(&arn, secret, sells)).await {
                    Ok(accepted) => accepted.map_err(|error| describe(error.as_ref())),
                    Err(elapsed) => Err(describe(&elapsed)),
                },
                Err(error) => Err(error),
            };
            match accepted {
                Ok(accepted) => {
                    tracing::info!(secret = arn, "a rolled secret is in use");
                    in_use = accepted;
                }
                Err(error) => failures.push((arn, error)),
            }
        }
        Renewed { in_use, failures }
    }

    /// Replaces one secret, if the new value works.
    async fn accept(&self, arn: &str, secret: Secret, sells: bool) -> Result<Self, Error> {
        if let Some(previous) = self.secrets.secret(arn) {
            let missing = previous.settings_missing_in(&secret);
            if let Some(name) = missing.into_iter().find(|name| !name.ends_with(ROLLED)) {
                return Err(format!("the new value has no {name}").into());
            }
        }
        let mut secrets = self.secrets.clone();
        secrets.insert(arn.to_owned(), secret);
        let shop = open(&secrets, Some(&self.shop)).await?;
        if !is_same_database(&shop.config, &self.shop.config) {
            verify_database(&shop, sells).await?;
        }
        if has_other_stripe_key(&shop, &self.shop) {
            verify_stripe_key(&shop).await?;
        }
        Ok(Self { secrets, shop })
    }
}

impl Renewed {
    /// Returns whether the current values of all secrets are in use.
    pub(super) const fn is_complete(&self) -> bool {
        self.failures.is_empty()
    }

    /// Logs and counts the failures.
    pub(super) fn report(&self) {
        for (arn, error) in &self.failures {
            report_failure(arn, error);
        }
    }
}

/// Logs and counts that the current value of a secret is not in use.
pub(super) fn report_failure(secret: &str, error: &str) {
    tracing::error!(secret, error, "a secret could not be renewed; its previous value remains in use");
    BusinessEvent::SecretRenewalFailed.emit();
}

/// Rejects the connection string, which has just failed, so that it need not be tried again.
fn reject_connection_string(values: &mut Values, error: &crate::error::Error) {
    for (_, value) in values.iter_mut().filter(|(_, value)| value.as_ref().is_ok_and(leads_to_database)) {
        *value = Err(describe(error));
    }
}

fn leads_to_database(secret: &Secret) -> bool {
    secret.get(DATABASE_SETTING).is_some()
}

/// Starts with the previous values of secrets whose current ones do not work. `None` if the function does not work with
/// them either.
async fn fall_back(source: &SecretsConfig, current: &Secrets, mut values: Values, sells: bool) -> Option<Renewed> {
    let previous = usable(&self::values(Secrets::read_each(source, Stage::Previous).await.ok()?));
    let failed: Vec<&str> = values.iter().filter(|(_, value)| value.is_err()).map(|(arn, _)| arn.as_str()).collect();
    let mut in_use = open_with_previous(current, &previous, &failed).await?;
    // Another secret was wrong, and hid that the connection string is wrong, too.
    if let Err(error) = verify_database(&in_use.shop, sells).await {
        reject_connection_string(&mut values, &error);
        let secrets =
            in_use.secrets.with_those_of(&previous, |arn| previous.secret(arn).is_some_and(leads_to_database));
        in_use = InUse { shop: open(&secrets, None).await.ok()?, secrets };
    }
    // Reports each current value that does not work, and uses the others.
    let renewed = in_use.accept_each(values, sells).await;
    verify_database(&renewed.in_use.shop, sells).await.ok()?;
    Some(renewed)
}

/// Opens the shop with the previous values of the failed secrets. If it needs that of another secret as well, that is
/// found by trying: a previous value may itself be a mistyped one that was corrected.
async fn open_with_previous(current: &Secrets, previous: &Secrets, failed: &[&str]) -> Option<InUse> {
    let base = current.with_those_of(previous, |arn| failed.contains(&arn));
    let single = previous.arns().map(|suspect| base.with_those_of(previous, |arn| arn == suspect));
    let all = current.with_those_of(previous, |_| true);
    for secrets in std::iter::once(base.clone()).chain(single).chain([all]) {
        if secrets != *current
            && let Ok(shop) = open(&secrets, None).await
        {
            return Some(InUse { secrets, shop });
        }
    }
    None
}

fn values(read: ReadSecrets) -> Values {
    read.into_iter().map(|(arn, secret)| (arn, secret.map_err(|error| describe(&error)))).collect()
}

fn failures(values: &Values) -> Vec<(String, String)> {
    values.iter().filter_map(|(arn, value)| Some((arn.clone(), value.as_ref().err()?.clone()))).collect()
}

fn usable(values: &Values) -> Secrets {
    let mut secrets = Secrets::default();
    for (arn, value) in values {
        if let Ok(secret) = value {
            secrets.insert(arn.clone(), secret.clone());
        }
    }
    secrets
}

/// Returns an error and its causes. No error of secrets and settings contains a value.
pub(super) fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
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

fn has_other_stripe_key(shop: &AppState, current: &AppState) -> bool {
    let [new, old] =
        [shop, current].map(|shop| shop.config.stripe.as_ref().map(|stripe| stripe.secret_key.expose_secret()));
    new.is_some() && new != old
}

/// Checks that Stripe accepts the key, with its first permission.
async fn verify_stripe_key(shop: &AppState) -> Result<(), Error> {
    let permission = Permission::WritePaymentIntents;
    match shop.stripe()?.check(permission).await {
        Access::Granted => Ok(()),
        Access::Missing => {
            Err(format!("the key lacks the permission {} on {}", permission.level(), permission.resource()).into())
        }
        Access::Failed(error) => Err(error.into()),
    }
}
