//! The clock of the account. It is the system's clock, and the control API can advance it, so that tests need not wait
//! for days.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The clock of an account. Clones are the same clock.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub(crate) struct Clock {
    /// How far the clock is ahead of the system's, in seconds.
    advance: Arc<AtomicI64>,
}

impl From<i64> for Clock {
    fn from(advance: i64) -> Self {
        Self { advance: Arc::new(advance.into()) }
    }
}

impl From<Clock> for i64 {
    fn from(clock: Clock) -> Self {
        clock.advance.load(Ordering::Relaxed)
    }
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
