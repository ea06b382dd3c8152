//! Fault injection: requests that are slow, fail, or lose their response.

use crate::errors::{ApiError, Result};
use axum::http::Method;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A fault for the next requests that match.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// `None` matches all methods.
    method: Option<String>,
    /// A path such as `/v1/payment_intents/*/confirm`; `*` matches one segment.
    path: String,
    /// The number of requests that the fault still applies to.
    #[serde(default = "once")]
    times: u32,
    /// The delay before the request takes effect, while its idempotency key is in use.
    #[serde(default)]
    delay_before_ms: u64,
    /// The delay after the request took effect.
    #[serde(default)]
    delay_after_ms: u64,
    /// Whether the response is held back after the request took effect, until it is released.
    #[serde(default)]
    pub(crate) hold_response: bool,
    /// `None` only delays.
    pub(crate) action: Option<FaultAction>,
    /// The error of [`FaultAction::Reject`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Whether a request that loses a used connection does not count, because its client repeats it over a new one.
    #[serde(default)]
    includes_repetition: bool,
}

fn once() -> u32 {
    1
}

/// The failure of a request.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultAction {
    /// A 500 without an effect. Not stored for the idempotency key.
    ErrorBefore,
    /// A 500 after the effect. Stored for the idempotency key.
    ErrorAfter,
    /// A 500 without an effect. Stored for the idempotency key.
    ErrorKept,
    /// A 400 of the type `invalid_request_error` without an effect. Stored for the idempotency key.
    Reject,
    /// A 429 without an effect.
    RateLimit,
    /// The connection is closed without an effect.
    DropBefore,
    /// The connection is closed after the effect.
    DropAfter,
}

impl Fault {
    pub(crate) fn delay_before(&self) -> Duration {
        Duration::from_millis(self.delay_before_ms)
    }

    pub(crate) fn delay_after(&self) -> Duration {
        Duration::from_millis(self.delay_after_ms)
    }

    /// Returns the error with which Stripe refuses the request for good.
    pub(crate) fn rejection(&self) -> ApiError {
        ApiError::Rejected { code: self.code.clone(), message: self.message.clone().unwrap_or_default() }
    }

    fn validate(&self) -> Result<()> {
        let rejects = self.action == Some(FaultAction::Reject);
        if rejects == self.message.is_some() && (rejects || self.code.is_none()) {
            return Ok(());
        }
        let rule = "the action `reject` has a `message` and may have a `code`; other actions have neither";
        Err(ApiError::InvalidControlRequest(rule.to_owned()))
    }

    fn drops_connection(&self) -> bool {
        matches!(self.action, Some(FaultAction::DropBefore | FaultAction::DropAfter))
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        let segment_matches = |(pattern, segment): (&str, &str)| pattern == "*" || pattern == segment;
        self.times > 0
            && self.method.as_ref().is_none_or(|expected| expected == method.as_str())
            && self.path.split('/').count() == path.split('/').count()
            && self.path.split('/').zip(path.split('/')).all(segment_matches)
    }
}

/// The faults that still apply, in the order of their creation.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) -> Result<()> {
        fault.validate()?;
        self.0.push(fault);
        Ok(())
    }

    /// Returns the first fault that matches a request, and counts it as applied. Without a match, returns a fault
    /// without an effect.
    pub(crate) fn take_matching(&mut self, method: &Method, path: &str, is_connection_used: bool) -> Fault {
        let Some(fault) = self.0.iter_mut().find(|fault| fault.matches(method, path)) else {
            return Fault::default();
        };
        if !(fault.includes_repetition && is_connection_used && fault.drops_connection()) {
            fault.times = fault.times.saturating_sub(1);
        }
        let taken = fault.clone();
        self.0.retain(|fault| fault.times > 0);
        taken
    }

    pub(crate) fn remaining(&self) -> &[Fault] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_exactly_one_segment() {
        let fault = Fault {
            method: Some("POST".to_owned()),
            path: "/v1/payment_intents/*/confirm".to_owned(),
            times: 1,
            ..Fault::default()
        };
        assert!(fault.matches(&Method::POST, "/v1/payment_intents/pi_1/confirm"));
        for (method, path) in [
            (Method::GET, "/v1/payment_intents/pi_1/confirm"),
            (Method::POST, "/v1/payment_intents/pi_1"),
            (Method::POST, "/v1/payment_intents/pi_1/confirm/x"),
            (Method::POST, "/v1/payment_intents/pi_1/cancel"),
        ] {
            assert!(!fault.matches(&method, path), "{method} {path}");
        }
    }

    #[test]
    fn a_fault_can_include_the_repetition_of_a_request() {
        let drop = || Fault {
            path: "/v1/refunds".to_owned(),
            times: 1,
            action: Some(FaultAction::DropBefore),
            ..Fault::default()
        };
        for (includes_repetition, expected) in [(true, [true, true, false]), (false, [true, false, false])] {
            let mut faults = Faults(vec![Fault { includes_repetition, ..drop() }]);
            // The used connection is lost, and so is the new one of the repetition.
            let lost = [true, false, false].map(|is_connection_used| {
                faults.take_matching(&Method::POST, "/v1/refunds", is_connection_used).drops_connection()
            });
            assert_eq!(lost, expected, "{includes_repetition}");
        }
    }
}
