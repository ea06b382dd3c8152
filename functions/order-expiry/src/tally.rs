//! Counts what went well and what did not.

use ferrocart::{Error, Result};
use serde::Serialize;

/// How much of one kind of work was done.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Tally {
    done: u32,
    failed: u32,
}

impl Tally {
    /// Counts one piece of work. One that failed is logged with what it was about, and left to the
    /// next run.
    pub(crate) fn count(&mut self, outcome: Result<()>, about: impl std::fmt::Display) {
        match outcome {
            Ok(()) => self.done = self.done.saturating_add(1),
            Err(error) => {
                log(&error, &about.to_string());
                self.failed = self.failed.saturating_add(1);
            }
        }
    }
}

fn log(error: &Error, about: &str) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::warn!(%error, cause, about, "left to the next run");
}
