//! Runs one job: fetches what is due, processes several items at once for a bounded time, and counts the results.

use ferrocart::config::REQUEST_DEADLINE;
use ferrocart::domain::time::Timestamp;
use ferrocart::payments::Stripe;
use ferrocart::telemetry::{BusinessEvent, record};
use ferrocart::{AppState, Error, Result};
use futures_util::{StreamExt, stream};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::future::ready;
use std::time::Duration;
use tokio::time::timeout;

/// The number of items that a job fetches at once.
pub(crate) const BATCH: i64 = 50;
/// How long a job starts new items. Each job has its own budget, so that none starves another. It exceeds the time limit
/// of one item, so that a slow item leaves time for others.
const BUDGET: Duration = Duration::from_secs(20);
/// The number of items in progress at once. Most of them wait for Stripe.
const CONCURRENCY: usize = 8;

/// The result of one job.
#[derive(Debug, Serialize)]
pub(crate) struct JobReport {
    done: u32,
    failed: u32,
    /// No item is started after this time.
    #[serde(skip)]
    until: Timestamp,
    /// Whether no item is started after Stripe has reported too many requests in this run.
    #[serde(skip)]
    stripe: Option<StripeBudget>,
}

/// Permits calls to Stripe until it reports too many requests: then the run makes no further ones, and later runs wait as
/// long as Stripe asks. Otherwise a shop with many open orders would keep its buyers from paying.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StripeBudget {
    /// The number of such reports at the start of the run.
    rate_limits: u64,
}

impl StripeBudget {
    pub(crate) fn new(shop: &AppState) -> Self {
        Self { rate_limits: shop.stripe().map_or(0, Stripe::rate_limits) }
    }

    fn permits_calls(self, shop: &AppState) -> bool {
        // Without a key the items fail, each with the reason.
        shop.stripe()
            .map_or(true, |stripe| stripe.rate_limits() == self.rate_limits && !stripe.asks_to_wait(shop.now()))
    }
}

impl JobReport {
    /// Creates the report of a job; `stripe` if its items call Stripe.
    pub(crate) fn new(shop: &AppState, stripe: Option<StripeBudget>) -> Self {
        Self { done: 0, failed: 0, until: shop.now().plus(BUDGET), stripe }
    }

    /// Returns whether another item may be started.
    fn permits_start(&self, shop: &AppState) -> bool {
        shop.now() < self.until && self.stripe.is_none_or(|budget| budget.permits_calls(shop))
    }

    /// Processes these items within the budget. An item that fails or exceeds a request's deadline is logged and left to a
    /// later run: every item is repeatable.
    pub(crate) async fn process<Item, Id: Display, Work: Future<Output = Result<()>>>(
        &mut self,
        shop: &AppState,
        items: Vec<Item>,
        id: impl Fn(&Item) -> Id,
        work: impl Fn(Item) -> Work,
    ) {
        let (mut done, mut failed) = (0_u32, 0_u32);
        let within_budget = stream::iter(items).take_while(|_| ready(self.permits_start(shop)));
        let results = within_budget.map(|item| with_timeout(id(&item), REQUEST_DEADLINE, work(item)));
        let mut results = results.buffer_unordered(CONCURRENCY);
        while let Some(is_done) = results.next().await {
            let count = if is_done { &mut done } else { &mut failed };
            *count = count.saturating_add(1);
        }
        drop(results);
        self.done = self.done.saturating_add(done);
        self.failed = self.failed.saturating_add(failed);
    }
}

/// Processes everything that `due` returns, each item once, until nothing is left or the budget is spent.
///
/// `due` must return the least recently checked items first, so that failing items do not block others.
///
/// # Errors
/// When `due` fails.
pub(crate) async fn drain<Item, Id, Due, Work>(
    shop: &AppState,
    stripe: Option<StripeBudget>,
    due: impl Fn() -> Due,
    id: impl Fn(&Item) -> Id,
    work: impl Fn(Item) -> Work,
) -> Result<JobReport>
where
    Id: Copy + Ord + Display,
    Due: Future<Output = Result<Vec<Item>, mongodb::error::Error>>,
    Work: Future<Output = Result<()>>,
{
    let mut report = JobReport::new(shop, stripe);
    let mut seen = BTreeSet::new();
    while report.permits_start(shop) {
        let mut items = due().await?;
        items.retain(|item| seen.insert(id(item)));
        if items.is_empty() {
            break;
        }
        report.process(shop, items, &id, &work).await;
    }
    Ok(report)
}

/// Returns whether an item was processed within the limit; otherwise logs why not.
async fn with_timeout(item: impl Display, limit: Duration, work: impl Future<Output = Result<()>>) -> bool {
    let Err(error) = timeout(limit, work).await.unwrap_or(Err(Error::DeadlineExceeded)) else { return true };
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    tracing::warn!(%error, cause, %item, "a maintenance item has failed; a later run retries it");
    record(BusinessEvent::MaintenanceFailed);
    false
}

#[cfg(test)]
mod tests {
    use super::{Duration, with_timeout};

    #[tokio::test]
    async fn an_item_that_hangs_is_given_up() {
        assert!(!with_timeout("hangs", Duration::ZERO, std::future::pending()).await);
        assert!(with_timeout("done", Duration::ZERO, std::future::ready(Ok(()))).await);
    }
}
