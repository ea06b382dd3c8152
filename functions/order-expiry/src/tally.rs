//! Counts what went well and what did not, and when there has been enough of it.

use ferrocart::domain::time::Timestamp;
use ferrocart::http::DEADLINE;
use ferrocart::telemetry::{Fact, note};
use ferrocart::{AppState, Error, Result};
use futures_util::TryFutureExt;
use serde::Serialize;
use std::fmt::Display;
use std::time::Duration;
use tokio::time::timeout;

/// How much of one kind of work was done.
#[derive(Debug, Serialize)]
pub(crate) struct Tally {
    done: u32,
    failed: u32,
    #[serde(skip)]
    until: Timestamp,
    /// How long one piece may take.
    #[serde(skip)]
    each: Duration,
}

impl Tally {
    /// Nothing yet; and nothing new after that moment.
    pub(crate) const fn until(until: Timestamp) -> Self {
        Self { done: 0, failed: 0, until, each: DEADLINE }
    }

    /// Whether there is time for more.
    pub(crate) fn goes_on(&self, shop: &AppState) -> bool {
        shop.now() < self.until
    }

    /// Does one piece of work, and counts it. One that failed or takes longer than a request may is
    /// logged with what it was about, and left to a later run: each may be done again.
    pub(crate) async fn work(&mut self, about: impl Display, work: impl Future<Output = Result<()>>) {
        self.work_if_any(about, work.map_ok(|()| true)).await;
    }

    /// [`Self::work`], which may find that there was nothing to do.
    pub(crate) async fn work_if_any(&mut self, about: impl Display, work: impl Future<Output = Result<bool>>) {
        match timeout(self.each, work).await.unwrap_or(Err(Error::DeadlineExceeded)) {
            Ok(false) => {}
            Ok(true) => self.done = self.done.saturating_add(1),
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

#[cfg(test)]
mod tests {
    use super::{Tally, Timestamp};
    use std::time::Duration;

    #[tokio::test]
    async fn work_that_does_not_end_is_given_up_and_counts_as_failed() {
        let mut tally = Tally { each: Duration::ZERO, ..Tally::until(Timestamp::from_millis(0)) };
        tally.work("one that hangs", std::future::pending()).await;
        tally.work("one that is done", std::future::ready(Ok(()))).await;
        tally.work_if_any("one that is at work", std::future::ready(Ok(false))).await;
        assert_eq!((tally.done, tally.failed), (1, 1));
    }
}
