//! Renews the secrets of a running function. A value that does not work replaces none that does, and one secret does not
//! affect the others: `docs/decisions/secrets.md`.

use super::connect::{Error, is_same_database, open, verify_database};
use crate::config::SecretsConfig;
use crate::error::describe;
use crate::payments::{Access, Permission};
use crate::secrets::{Secret, Secrets, Stage};
use crate::state::AppState;
use crate::telemetry::BusinessEvent;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The maximum duration of the checks of one value: more than the time in which MongoDB's driver selects a server.
const CHECK_TIMEOUT: Duration = Duration::from_millis(3_500);
/// The maximum duration of a start, for which Lambda allows 10 s, and of a renewal. A renewal and the deadline of the
/// request that waits for it take less than the function's timeout of 20 s, and so do a start within an invocation and
/// that request.
pub(super) const MAX_DURATION: Duration = Duration::from_secs(8);
/// The end of the name of a setting that a secret has only while it is rolled.
const ROLLED: &str = "_PREVIOUS";

/// The secrets in use, and the shop that was made from them.
#[derive(Clone)]
pub(super) struct InUse {
    pub(super) secrets: Secrets,
    pub(super) shop: AppState,
}

/// The secrets whose current values are not in use or do not work, and why.
pub(super) type Failures = BTreeMap<String, String>;

/// The result of a start or a renewal.
pub(super) struct Renewed {
    pub(super) in_use: InUse,
    pub(super) failures: Failures,
}

impl InUse {
    /// Reads all secrets again, and uses each value that has changed and works.
    pub(super) async fn renew(&self, source: &SecretsConfig, sells: bool) -> Result<Renewed, Error> {
        let end = after(MAX_DURATION);
        let (mut in_use, mut failures) = (self.clone(), Failures::new());
        for (arn, value) in Secrets::read_each(source, Stage::Current).await? {
            let accepted = match value {
                Ok(secret) if in_use.secrets.secret(&arn) == Some(&secret) => continue,
                Ok(secret) => Box::pin(in_use.accept(&arn, secret, sells, end)).await,
                Err(error) => Err(error.into()),
            };
            match accepted {
                Ok(accepted) => {
                    tracing::info!(secret = arn, "a rolled secret is in use");
                    in_use = accepted;
                }
                Err(error) => drop(failures.insert(arn, describe(error.as_ref()))),
            }
        }
        Ok(Renewed { in_use, failures })
    }

    #[cfg(test)]
    pub(super) const fn new(secrets: Secrets, shop: AppState) -> Self {
        Self { secrets, shop }
    }

    /// Returns whether the values are those of an earlier renewal.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.secrets == other.secrets
    }

    /// Replaces one secret, if the new value works. Whatever fails, the value in use remains.
    async fn accept(&self, arn: &str, secret: Secret, sells: bool, end: Instant) -> Result<Self, Error> {
        if let Some(previous) = self.secrets.secret(arn) {
            let missing = previous.settings_missing_in(&secret);
            if let Some(name) = missing.into_iter().find(|name| !name.ends_with(ROLLED)) {
                return Err(format!("the new value has no {name}").into());
            }
        }
        let mut secrets = self.secrets.clone();
        secrets.insert(arn.to_owned(), secret);
        let end = end.min(after(CHECK_TIMEOUT));
        let shop = timeout_at(end, open(&secrets, Some(&self.shop))).await??;
        let check = async {
            if !is_same_database(&shop.config, &self.shop.config) {
                verify_database(&shop, sells).await?;
            }
            if has_other_stripe_key(&shop, &self.shop) {
                verify_stripe_key(&shop).await?;
            }
            Ok::<_, Error>(())
        };
        timeout_at(end, check).await??;
        Ok(Self { secrets, shop })
    }
}

impl Renewed {
    /// Returns whether the current values of all secrets are in use.
    pub(super) fn is_complete(&self) -> bool {
        self.failures.is_empty()
    }

    /// Logs and counts the failures.
    pub(super) fn report(&self) {
        for (arn, error) in &self.failures {
            report_failure(arn, error);
        }
    }
}

/// Logs and counts that the current value of a secret is not in use, or does not work.
pub(super) fn report_failure(secret: &str, error: &str) {
    tracing::error!(secret, error, "a secret could not be renewed");
    BusinessEvent::SecretRenewalFailed.emit();
}

/// Returns the moment at which a duration has elapsed.
pub(super) fn after(duration: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(duration).unwrap_or(now)
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
