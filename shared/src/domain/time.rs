//! Timestamps with the precision of MongoDB and the API: one millisecond.

use super::validation::ValidationError;
use std::time::Duration;

/// A Unix timestamp in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes a timestamp of milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since 1970.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the whole seconds since 1970, the unit of JSON Web Tokens and of Stripe.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Adds a duration.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// Subtracts a duration.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// Returns the duration since `earlier`; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Formats as RFC 3339 in UTC with milliseconds: `2026-11-22T10:00:00.000Z`.
impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl std::str::FromStr for Timestamp {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse::<jiff::Timestamp>() {
            Ok(moment) => Ok(Self(moment.as_millisecond())),
            Err(_) => Err(ValidationError::new(
                "invalid_time",
                "must be an RFC 3339 timestamp such as 2026-11-22T10:00:00.000Z",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Timestamp};

    #[test]
    fn timestamps_are_displayed_in_utc_with_milliseconds() {
        assert_eq!(Timestamp::from_millis(0).to_string(), "1970-01-01T00:00:00.000Z");
        let moment: Timestamp = "2026-11-22T11:00:00.5+01:00".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-11-22T10:00:00.500Z");
        assert!("2026-11-22".parse::<Timestamp>().is_err());
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9223372036854775807ms");
    }

    #[test]
    fn seconds_are_rounded_down_also_before_1970() {
        for (millis, seconds) in [(1999, 1), (0, 0), (-1, -1), (-1000, -1)] {
            let time = Timestamp::from_millis(millis);
            assert_eq!((time.as_millis(), time.as_seconds()), (millis, seconds));
        }
    }

    #[test]
    fn durations_are_added_and_subtracted_without_overflow() {
        let (time, second) = (Timestamp::from_millis(5_000), Duration::from_secs(1));
        assert_eq!(time.plus(second), Timestamp::from_millis(6_000));
        assert_eq!(time.minus(second), Timestamp::from_millis(4_000));
        assert_eq!(time.since(time.minus(second)), second);
        assert_eq!(time.since(time.plus(second)), Duration::ZERO);
        assert_eq!(time.plus(Duration::MAX), Timestamp::from_millis(i64::MAX));
        assert!(time.minus(Duration::MAX) < time);
    }
}
