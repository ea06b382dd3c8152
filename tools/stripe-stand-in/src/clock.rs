//! The clock of the account. It is the system's clock, and the control API can advance it, so that tests need not wait
//! for days.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The clock of an account. Clones are the same clock.
#[derive(Clone, Default)]
pub(crate) struct Clock {
    /// How far the clock is ahead of the system's, in seconds.
    advance: Arc<AtomicI64>,
}

impl Clock {
    /// Returns the time in Unix seconds, the unit of Stripe's API.
    pub(crate) fn now(&self) -> i64 {
        system_seconds().saturating_add(self.advance.load(Ordering::Relaxed))
    }

    /// Advances the clock to a time, unless it has passed.
    pub(crate) fn advance_to(&self, time: i64) {
        self.advance.fetch_add(time.saturating_sub(self.now()).max(0), Ordering::Relaxed);
    }
}

/// Returns the time of the system in Unix seconds. Signatures of webhooks have it, because the shop verifies them with
/// its own clock.
pub(crate) fn system_seconds() -> i64 {
    jiff::Timestamp::now().as_second()
}
