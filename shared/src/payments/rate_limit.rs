//! Remembers that Stripe received too many requests, so that background jobs pause.

use crate::domain::time::Timestamp;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// The rate limits that Stripe has reported to this process.
#[derive(Debug, Default)]
pub(super) struct RateLimits {
    reported: AtomicU64,
    /// The latest time until which Stripe asked to wait, in milliseconds since 1970.
    wait_until: AtomicI64,
}

impl RateLimits {
    /// Stores that Stripe has rejected a request for this reason, and how long it asked to wait.
    pub(super) fn report(&self, now: Timestamp, retry_after: Option<Duration>) {
        self.reported.fetch_add(1, Ordering::Relaxed);
        if let Some(wait) = retry_after {
            self.wait_until.fetch_max(now.plus(wait).as_millis(), Ordering::Relaxed);
        }
    }

    /// Returns how often Stripe has rejected a request for this reason.
    pub(super) fn count(&self) -> u64 {
        self.reported.load(Ordering::Relaxed)
    }

    /// Returns whether Stripe has asked to wait until after this time.
    pub(super) fn ask_to_wait(&self, now: Timestamp) -> bool {
        self.wait_until.load(Ordering::Relaxed) > now.as_millis()
    }
}

#[cfg(test)]
mod tests {
    use super::RateLimits;
    use crate::domain::time::Timestamp;
    use std::time::Duration;

    #[test]
    fn the_longest_wait_counts() {
        let limits = RateLimits::default();
        let now = Timestamp::from_millis(1_790_000_000_000);
        let second = Duration::from_secs(1);
        assert!(!limits.ask_to_wait(now));
        limits.report(now, None);
        assert!(!limits.ask_to_wait(now));
        for seconds in [60, 5] {
            limits.report(now, Some(second.saturating_mul(seconds)));
        }
        assert_eq!(limits.count(), 3);
        assert!(limits.ask_to_wait(now.plus(second.saturating_mul(59))));
        assert!(!limits.ask_to_wait(now.plus(second.saturating_mul(60))));
    }
}
