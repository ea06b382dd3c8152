//! Works through what there is to do of one kind, and counts what went well and what did not.

use ferrocart::domain::time::Timestamp;
use ferrocart::http::DEADLINE;
use ferrocart::telemetry::{Fact, note};
use ferrocart::{AppState, Error, Result};
use futures_util::{StreamExt, stream};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::future::ready;
use std::time::Duration;
use tokio::time::timeout;

/// How long a run begins anything new of one kind. Each kind has its own, so that none starves another.
/// It is longer than a piece of work may take, so that a slow one leaves time for others.
const BUDGET: Duration = Duration::from_secs(20);
/// How much of one kind is done at once. Most of it waits for Stripe.
const AT_ONCE: usize = 8;

/// How much of one kind of work was done.
#[derive(Debug, Serialize)]
pub(crate) struct Tally {
    done: u32,
    failed: u32,
    /// When nothing new is begun.
    #[serde(skip)]
    until: Timestamp,
}

impl Tally {
    /// Nothing yet.
    pub(crate) fn begin(shop: &AppState) -> Self {
        Self { done: 0, failed: 0, until: shop.now().plus(BUDGET) }
    }

    /// Does these pieces of work, while there is time. One that fails, or takes longer than a request may, is logged
    /// and left to a later run: each may be done again.
    pub(crate) async fn work_through<Piece, Id: Display, Work: Future<Output = Result<()>>>(
        &mut self,
        shop: &AppState,
        pieces: Vec<Piece>,
        id: impl Fn(&Piece) -> Id,
        work: impl Fn(Piece) -> Work,
    ) {
        let until = self.until;
        let in_time = stream::iter(pieces).take_while(|_| ready(shop.now() < until));
        let mut ends = in_time.map(|piece| limited(id(&piece), DEADLINE, work(piece))).buffer_unordered(AT_ONCE);
        while let Some(is_done) = ends.next().await {
            let count = if is_done { &mut self.done } else { &mut self.failed };
            *count = count.saturating_add(1);
        }
    }
}

/// Does whatever `due` finds, each piece once, until it finds nothing else or the time is over. What `due` finds first
/// must be what nobody has looked at for longest: then pieces that fail stand in the way of no others.
///
/// # Errors
/// When `due` fails.
pub(crate) async fn work_off<Piece, Id, Due, Work>(
    shop: &AppState,
    due: impl Fn() -> Due,
    id: impl Fn(&Piece) -> Id,
    work: impl Fn(Piece) -> Work,
) -> Result<Tally>
where
    Id: Copy + Ord + Display,
    Due: Future<Output = Result<Vec<Piece>, mongodb::error::Error>>,
    Work: Future<Output = Result<()>>,
{
    let mut tally = Tally::begin(shop);
    let mut seen = BTreeSet::new();
    while shop.now() < tally.until {
        let mut pieces = due().await?;
        pieces.retain(|piece| seen.insert(id(piece)));
        if pieces.is_empty() {
            break;
        }
        tally.work_through(shop, pieces, &id, &work).await;
    }
    Ok(tally)
}

/// Whether a piece of work was done in time. If not, the log says why.
async fn limited(about: impl Display, limit: Duration, work: impl Future<Output = Result<()>>) -> bool {
    let Err(error) = timeout(limit, work).await.unwrap_or(Err(Error::DeadlineExceeded)) else { return true };
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    tracing::warn!(%error, cause, %about, "left to a later run");
    note(Fact::ExpiryFailed);
    false
}

#[cfg(test)]
mod tests {
    use super::{Duration, limited};

    #[tokio::test]
    async fn work_that_does_not_end_is_given_up() {
        assert!(!limited("one that hangs", Duration::ZERO, std::future::pending()).await);
        assert!(limited("one that is done", Duration::ZERO, std::future::ready(Ok(()))).await);
    }
}
