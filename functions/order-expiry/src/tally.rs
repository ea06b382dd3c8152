//! Counts what went well and what did not, and when there has been enough of it.

use ferrocart::domain::time::Timestamp;
use ferrocart::telemetry::{Fact, note};
use ferrocart::{AppState, Error, Result};
use serde::Serialize;

/// How much of one kind of work was done.
#[derive(Debug, Serialize)]
pub(crate) struct Tally {
    done: u32,
    failed: u32,
    #[serde(skip)]
    until: Timestamp,
}

impl Tally {
    /// Nothing yet; and nothing new after that moment.
    pub(crate) const fn until(until: Timestamp) -> Self {
        Self { done: 0, failed: 0, until }
    }

    /// Whether there is time for more.
    pub(crate) fn goes_on(&self, shop: &AppState) -> bool {
        shop.now() < self.until
    }

    /// Counts one piece of work. One that failed is logged with what it was about, and left to a
    /// later run.
    pub(crate) fn count(&mut self, outcome: Result<()>, about: impl std::fmt::Display) {
        match outcome {
            Ok(()) => self.done = self.done.saturating_add(1),
            Err(error) => {
                log(&error, &about.to_string());
                self.failed = self.failed.saturating_add(1);
                note(Fact::ExpiryFailed);
            }
        }
    }
}

fn log(error: &Error, about: &str) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::warn!(%error, cause, about, "left to a later run");
}
