//! How long something took, many times.

use std::fmt::{Display, Formatter};
use std::time::Duration;

#[derive(Default)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    pub(super) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// What that many of a hundred did not exceed.
    fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let position = sorted.len().saturating_sub(1).saturating_mul(percent).div_ceil(100);
        sorted.get(position).copied().unwrap_or_default()
    }
}

/// The median and the 99th percentile, in milliseconds.
impl Display for Times {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let [median, high] = [50, 99].map(|percent| {
            let micros = self.percentile(percent).as_micros();
            format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
        });
        write!(f, "{median} | {high}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Times;

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let mut times = Times::default();
        (1..=101).rev().for_each(|millis| times.add(Duration::from_millis(millis)));
        assert_eq!(times.to_string(), "51.00 ms | 100.00 ms");
        assert_eq!(Times::default().to_string(), "0.00 ms | 0.00 ms");
    }
}
