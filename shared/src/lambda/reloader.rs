//! Keeps an environment's secrets current: a rolled secret reaches every environment within minutes, without a
//! deployment.

use super::connect::{Error, connect, read_secrets};
use crate::config::SecretsConfig;
use crate::secrets::Secrets;
use crate::state::AppState;
use std::time::{Duration, SystemTime};
use tokio::sync::{Semaphore, watch};

/// How long the current secrets remain in use after a failed reload.
const RETRY_INTERVAL: Duration = Duration::from_mins(1);

/// A value that is built from the secrets, such as a router, and rebuilt when they change.
pub(super) struct Reloader<T, F> {
    source: Option<SecretsConfig>,
    /// Whether the function sells.
    sells: bool,
    build: F,
    current: watch::Sender<Current<T>>,
    /// Admits one reload at a time: of several concurrent requests one reloads, and the others wait for it.
    reload: Semaphore,
}

struct Current<T> {
    secrets: Secrets,
    /// Wall-clock time, which advances while an environment is frozen.
    valid_until: SystemTime,
    value: T,
}

impl<T: Clone, F: Fn(AppState) -> T> Reloader<T, F> {
    /// Reads the secrets and builds the first value.
    pub(super) async fn start(sells: bool, build: F) -> Result<Self, Error> {
        let source = SecretsConfig::from_env()?;
        let secrets = read_secrets(source.as_ref()).await?;
        let value = build(connect(&secrets, sells).await?);
        let max_age = source.as_ref().map_or(Duration::ZERO, |source| source.max_age);
        let current = watch::Sender::new(Current { secrets, valid_until: after(max_age), value });
        Ok(Self { source, sells, build, current, reload: Semaphore::new(1) })
    }

    /// Returns the current value, after reloading secrets that have reached their maximum age.
    ///
    /// The reload happens before the request is served: after the maximum age the previous value of a rolled secret may
    /// be revoked, whether an environment was busy or idle until then.
    pub(super) async fn current(&self) -> T {
        if let Some(source) = self.source.as_ref().filter(|_| self.is_outdated())
            && let Ok(_permit) = self.reload.acquire().await
            // A request that waited for the permit finds the secrets reloaded.
            && self.is_outdated()
        {
            let valid_for = match self.reload(source).await {
                Ok(()) => source.max_age,
                Err(error) => {
                    tracing::error!(%error, "the secrets could not be reloaded; the previous ones remain in use");
                    RETRY_INTERVAL.min(source.max_age)
                }
            };
            self.current.send_modify(|current| current.valid_until = after(valid_for));
        }
        self.current.borrow().value.clone()
    }

    fn is_outdated(&self) -> bool {
        self.current.borrow().valid_until <= SystemTime::now()
    }

    async fn reload(&self, source: &SecretsConfig) -> Result<(), Error> {
        let secrets = Secrets::read(source).await?;
        let has_changed = secrets != self.current.borrow().secrets;
        if has_changed {
            let value = (self.build)(connect(&secrets, self.sells).await?);
            self.current.send_modify(|current| {
                current.value = value;
                current.secrets = secrets;
            });
            tracing::info!("a rolled secret is in use");
        }
        Ok(())
    }
}

fn after(time: Duration) -> SystemTime {
    let now = SystemTime::now();
    now.checked_add(time).unwrap_or(now)
}
