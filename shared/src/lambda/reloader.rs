//! Keeps an environment's secrets current: a rolled secret reaches every environment within minutes, without a
//! deployment.

use super::connect::Error;
use super::renewal::{InUse, Renewed, report_failure};
use super::start::{start, start_without_secrets};
use crate::config::SecretsConfig;
use crate::error::describe;
use crate::state::AppState;
use std::time::{Duration, SystemTime};
use tokio::sync::{Semaphore, watch};

/// When the secrets are read again after one of them could not be renewed.
const RETRY_INTERVAL: Duration = Duration::from_mins(1);

/// A value that is built from the secrets, such as a router, and rebuilt when they change.
pub(super) struct Reloader<T, F> {
    source: Option<SecretsConfig>,
    /// Whether the function sells.
    sells: bool,
    build: F,
    current: watch::Sender<Current<T>>,
    /// Admits one renewal at a time: of several concurrent requests one renews, and the others wait for it.
    renewal: Semaphore,
}

struct Current<T> {
    in_use: InUse,
    /// Wall-clock time, which advances while an environment is frozen.
    valid_until: SystemTime,
    value: T,
}

impl<T: Clone, F: Fn(AppState) -> T> Reloader<T, F> {
    /// Reads the secrets and builds the first value.
    pub(super) async fn start(sells: bool, build: F) -> Result<Self, Error> {
        let source = SecretsConfig::from_env()?;
        let (in_use, valid_for) = match &source {
            None => (start_without_secrets(sells).await?, Duration::ZERO),
            Some(source) => {
                let started = start(source, sells).await?;
                started.report();
                let valid_for = validity(source, &started);
                (started.in_use, valid_for)
            }
        };
        let value = build(in_use.shop.clone());
        let current = watch::Sender::new(Current { in_use, valid_until: after(valid_for), value });
        Ok(Self { source, sells, build, current, renewal: Semaphore::new(1) })
    }

    /// Returns the current value, after renewing secrets that have reached their maximum age.
    ///
    /// The renewal happens before the request is served: after the maximum age the previous value of a rolled secret may
    /// be revoked, whether an environment was busy or idle until then.
    pub(super) async fn current(&self) -> T {
        if let Some(source) = self.source.as_ref().filter(|_| self.is_outdated())
            && let Ok(_permit) = self.renewal.acquire().await
            // A request that waited for the permit finds the secrets renewed.
            && self.is_outdated()
        {
            let valid_for = self.renew(source).await;
            self.current.send_modify(|current| current.valid_until = after(valid_for));
        }
        self.current.borrow().value.clone()
    }

    fn is_outdated(&self) -> bool {
        self.current.borrow().valid_until <= SystemTime::now()
    }

    /// Renews the secrets, and returns how long they remain valid.
    async fn renew(&self, source: &SecretsConfig) -> Duration {
        let in_use = self.current.borrow().in_use.clone();
        let renewed = match in_use.renew(source, self.sells).await {
            Ok(renewed) => renewed,
            Err(error) => {
                report_failure("all", &describe(error.as_ref()));
                return RETRY_INTERVAL.min(source.max_age);
            }
        };
        renewed.report();
        let valid_for = validity(source, &renewed);
        if !renewed.in_use.is_same_as(&in_use) {
            let value = (self.build)(renewed.in_use.shop.clone());
            self.current.send_modify(|current| {
                current.value = value;
                current.in_use = renewed.in_use;
            });
        }
        valid_for
    }
}

fn validity(source: &SecretsConfig, renewed: &Renewed) -> Duration {
    if renewed.is_complete() { source.max_age } else { RETRY_INTERVAL.min(source.max_age) }
}

fn after(time: Duration) -> SystemTime {
    let now = SystemTime::now();
    now.checked_add(time).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::{Current, InUse, Reloader};
    use crate::config::{Config, SecretsConfig};
    use crate::db;
    use crate::secrets::Secrets;
    use crate::state::AppState;
    use futures_util::future::join_all;
    use serde_json::json;
    use std::time::{Duration, SystemTime};
    use tokio::sync::{Semaphore, watch};
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    /// Returns the settings of two secrets that are read from a server.
    fn source(url: &str) -> SecretsConfig {
        let read = |name: &str| match name {
            "SECRETS" => Some("arn:one,arn:two".to_owned()),
            "AWS_ENDPOINT_URL" => Some(url.to_owned()),
            "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
            _ => None,
        };
        SecretsConfig::read(read).unwrap().unwrap()
    }

    /// Returns a shop that is not connected to its database.
    async fn shop() -> AppState {
        let read = |name: &str| match name {
            "MONGODB_URI" => Some("mongodb://127.0.0.1:9/".to_owned()),
            _ => None,
        };
        let config = Config::read(read).unwrap();
        AppState::new(config, db::connect(&Config::read(read).unwrap().database).await.unwrap())
    }

    #[tokio::test]
    async fn concurrent_requests_renew_the_secrets_once() {
        let manager = MockServer::start().await;
        let response = ResponseTemplate::new(200).set_body_json(json!({ "SecretString": "{}" }));
        Mock::given(method("POST")).respond_with(response).mount(&manager).await;
        let source = source(&manager.uri());
        let secrets = Secrets::read(&source).await.unwrap();
        manager.reset().await;
        // A slow response, so that all requests arrive while the secrets are read.
        let slow = ResponseTemplate::new(200).set_body_json(json!({ "SecretString": "{}" }));
        let slow = slow.set_delay(Duration::from_millis(100));
        Mock::given(method("POST")).respond_with(slow).mount(&manager).await;
        let in_use = InUse::new(secrets, shop().await);
        let current = watch::Sender::new(Current { in_use, valid_until: SystemTime::UNIX_EPOCH, value: 1 });
        let renewal = Semaphore::new(1);
        let reloader = Reloader { source: Some(source), sells: false, build: |_| 2, current, renewal };
        let values = join_all((0..20).map(async |_| reloader.current().await)).await;
        assert_eq!(values, [1; 20]);
        assert_eq!(manager.received_requests().await.unwrap().len(), 2, "one for each secret");
    }
}
