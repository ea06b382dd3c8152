//! Statistics of measured values: percentiles, medians, ranges.

use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// Returns the nearest-rank percentile in milliseconds, and sorts the durations. Zero if there are none.
pub(crate) fn percentile_ms(durations: &mut [Duration], percent: usize) -> f64 {
    durations.sort_unstable();
    let rank = durations.len().saturating_mul(percent).div_ceil(100).saturating_sub(1);
    millis(durations.get(rank).copied().unwrap_or_default())
}

/// Converts a count to a float. Counts above `u32::MAX`, which no benchmark reaches, become `u32::MAX`.
pub(crate) fn to_float(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}

/// Converts a duration to milliseconds.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The median of several values, with their minimum and maximum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Computes the spread of some values. All three figures are zero if there are none.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |position: usize| values.get(position).copied().unwrap_or_default();
        let last = values.len().saturating_sub(1);
        let median = f64::midpoint(at(last / 2), at(last.div_ceil(2)));
        Self { median, min: at(0), max: at(last) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, min, max } = self;
        write!(formatter, "{median:.2} ({min:.2} to {max:.2})")
    }
}

#[cfg(test)]
mod tests {
    use super::{Spread, percentile_ms};
    use std::time::Duration;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut values: Vec<_> = (1..=200).rev().map(Duration::from_millis).collect();
        for (percent, millis) in [(50, 100.0), (99, 198.0), (100, 200.0), (1, 2.0)] {
            assert!((percentile_ms(&mut values, percent) - millis).abs() < 1e-9, "{percent}");
        }
        assert!(percentile_ms(&mut [], 99).abs() < 1e-9);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_two() {
        assert_eq!(Spread::of([4.0, 1.0, 3.0, 2.0]), Spread { median: 2.5, min: 1.0, max: 4.0 });
        assert_eq!(Spread::of([9.0, 1.0, 3.0]), Spread { median: 3.0, min: 1.0, max: 9.0 });
        assert_eq!(Spread::of([]), Spread { median: 0.0, min: 0.0, max: 0.0 });
    }

    #[test]
    fn a_spread_is_shown_with_its_range() {
        assert_eq!(Spread::of([1.0, 2.0, 4.5]).to_string(), "2.00 (1.00 to 4.50)");
    }
}
