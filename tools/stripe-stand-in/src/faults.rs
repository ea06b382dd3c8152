//! Faults that a test orders: calls that are slow, fail, or lose their answer.

use axum::http::Method;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What goes wrong, for the next calls that match.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// Any method if there is none.
    method: Option<String>,
    /// A path such as `/v1/payment_intents/*/confirm`; `*` stands for one segment.
    path: String,
    /// How many calls it hits.
    #[serde(default = "once")]
    times: u32,
    /// Waits before the call takes effect, while its idempotency key is in use.
    #[serde(default)]
    delay_before_ms: u64,
    /// Waits after the call took effect.
    #[serde(default)]
    delay_after_ms: u64,
    /// None if the call is only slow.
    pub(crate) action: Option<Action>,
}

fn once() -> u32 {
    1
}

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// A 500, and nothing happened. Not kept for the idempotency key.
    ErrorBefore,
    /// A 500 although it happened. Kept for the idempotency key.
    ErrorAfter,
    /// A 500, and nothing happened. Kept for the idempotency key.
    ErrorKept,
    /// A 429, and nothing happened.
    RateLimit,
    /// The connection is closed, and nothing happened.
    DropBefore,
    /// The connection is closed although it happened.
    DropAfter,
}

impl Fault {
    pub(crate) fn delay_before(&self) -> Duration {
        Duration::from_millis(self.delay_before_ms)
    }

    pub(crate) fn delay_after(&self) -> Duration {
        Duration::from_millis(self.delay_after_ms)
    }

    fn hits(&self, method: &Method, path: &str) -> bool {
        let fits = |(pattern, segment): (&str, &str)| pattern == "*" || pattern == segment;
        self.times > 0
            && self.method.as_ref().is_none_or(|wanted| wanted == method.as_str())
            && self.path.split('/').count() == path.split('/').count()
            && self.path.split('/').zip(path.split('/')).all(fits)
    }
}

/// The faults that were ordered and are not used up.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn order(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The fault that hits this call, the earliest ordered one, or one that does nothing.
    pub(crate) fn take(&mut self, method: &Method, path: &str) -> Fault {
        let Some(fault) = self.0.iter_mut().find(|fault| fault.hits(method, path)) else {
            return Fault::default();
        };
        fault.times = fault.times.saturating_sub(1);
        let taken = fault.clone();
        self.0.retain(|fault| fault.times > 0);
        taken
    }

    pub(crate) fn left(&self) -> &[Fault] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_exactly_one_segment() {
        let fault = Fault {
            method: Some("POST".to_owned()),
            path: "/v1/payment_intents/*/confirm".to_owned(),
            times: 1,
            ..Fault::default()
        };
        assert!(fault.hits(&Method::POST, "/v1/payment_intents/pi_1/confirm"));
        for (method, path) in [
            (Method::GET, "/v1/payment_intents/pi_1/confirm"),
            (Method::POST, "/v1/payment_intents/pi_1"),
            (Method::POST, "/v1/payment_intents/pi_1/confirm/x"),
            (Method::POST, "/v1/payment_intents/pi_1/cancel"),
        ] {
            assert!(!fault.hits(&method, path), "{method} {path}");
        }
    }
}
