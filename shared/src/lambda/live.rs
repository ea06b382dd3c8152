//! What an environment works with, as its secrets are now. A secret that is rolled reaches every
//! environment within minutes, without a deployment.

use super::{Error, connect, read_secrets};
use crate::config::SecretsConfig;
use crate::secrets::Secrets;
use crate::state::AppState;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

/// After a failure, how long to go on with what there is.
const PATIENCE: Duration = Duration::from_mins(1);

/// What an environment works with: a router, or the shop itself.
pub(super) struct Live<T, F> {
    source: Option<SecretsConfig>,
    build: F,
    present: watch::Sender<Present<T>>,
}

struct Present<T> {
    secrets: Secrets,
    /// By the clock on the wall, which goes on while an environment is frozen.
    good_until: SystemTime,
    built: T,
}

impl<T: Clone, F: Fn(AppState) -> T> Live<T, F> {
    /// Reads the secrets and builds what is to work with them.
    pub(super) async fn start(build: F) -> Result<Self, Error> {
        let source = SecretsConfig::from_env()?;
        let secrets = read_secrets(source.as_ref()).await?;
        let built = build(connect(&secrets).await?);
        let max_age = source.as_ref().map_or(Duration::ZERO, |source| source.max_age);
        let present = watch::Sender::new(Present { secrets, good_until: after(max_age), built });
        Ok(Self { source, build, present })
    }

    /// What to work with at this moment. Secrets that are old are read anew before a request is
    /// answered with them: who rolls one may take the old value away after that time, whether
    /// environments were busy or idle meanwhile.
    pub(super) async fn now(&self) -> T {
        let is_old = self.present.borrow().good_until <= SystemTime::now();
        if let Some(source) = self.source.as_ref().filter(|_| is_old) {
            let next = match self.renew(source).await {
                Ok(()) => source.max_age,
                Err(error) => {
                    tracing::error!(%error, "the secrets could not be renewed; those from before are still used");
                    PATIENCE.min(source.max_age)
                }
            };
            self.present.send_modify(|present| present.good_until = after(next));
        }
        self.present.borrow().built.clone()
    }

    async fn renew(&self, source: &SecretsConfig) -> Result<(), Error> {
        let secrets = Secrets::read(source).await?;
        let is_new = secrets != self.present.borrow().secrets;
        if is_new {
            let built = (self.build)(connect(&secrets).await?);
            self.present.send_modify(|present| {
                present.built = built;
                present.secrets = secrets;
            });
            tracing::info!("a secret was rolled; its new value is used from now on");
        }
        Ok(())
    }
}

fn after(time: Duration) -> SystemTime {
    let now = SystemTime::now();
    now.checked_add(time).unwrap_or(now)
}
