//! A period of time and its days.

use ferrocart::domain::time::Timestamp;
use ferrocart::domain::validation::ValidationError;
use ferrocart::error::FieldError;
use ferrocart::{Error, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
/// The default length.
const DEFAULT_LENGTH: Duration = Duration::from_hours(30 * 24);
/// The maximum length: a leap year. Every day is an entry of the response.
const MAX_LENGTH: Duration = Duration::from_hours(366 * 24);

/// A period from a time, inclusive, to another, exclusive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

impl Span {
    /// The period between two times: by default the 30 days before `to`, which is now by default.
    ///
    /// # Errors
    /// [`Error::MalformedQuery`] when it ends before it begins, or is longer than 366 days.
    pub(crate) fn between(from: Option<Timestamp>, to: Option<Timestamp>, now: Timestamp) -> Result<Self> {
        let to = to.unwrap_or(now);
        let from = from.unwrap_or(to.minus(DEFAULT_LENGTH));
        if from > to {
            Err(reject("must not be later than `to`"))
        } else if to.since(from) > MAX_LENGTH {
            Err(reject("must not be more than 366 days before `to`"))
        } else {
            Ok(Self { from, to })
        }
    }

    /// Every day in UTC that overlaps with the period.
    pub(crate) fn days(self) -> Result<Vec<Date>> {
        let mut days = Vec::new();
        let mut moment = self.from;
        while moment < self.to {
            days.push(day_of(moment)?);
            moment = start_of_day(moment).plus(DAY);
        }
        Ok(days)
    }
}

/// All days of UTC have the same length: there is no daylight saving time, and leap seconds are not counted.
fn start_of_day(moment: Timestamp) -> Timestamp {
    let into_day = moment.as_millis().rem_euclid(24 * 60 * 60 * 1000);
    moment.minus(Duration::from_millis(into_day.unsigned_abs()))
}

fn day_of(moment: Timestamp) -> Result<Date> {
    match jiff::Timestamp::from_millisecond(moment.as_millis()) {
        Ok(moment) => Ok(moment.to_zoned(TimeZone::UTC).date()),
        Err(_) => Err(reject("is out of range")),
    }
}

fn reject(message: &'static str) -> Error {
    let error = ValidationError::new("out_of_range", message);
    Error::MalformedQuery(vec![FieldError { pointer: "from".to_owned(), error }])
}

#[cfg(test)]
mod tests {
    use super::Span;
    use ferrocart::domain::time::Timestamp;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn days(from: &str, to: &str) -> Vec<String> {
        let span = Span::between(Some(at(from)), Some(at(to)), at("2026-11-22T10:00:00Z")).unwrap();
        span.days().unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_days_of_a_span_are_those_that_it_touches() {
        let cases: [(&str, &str, &[&str]); 5] = [
            ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z", &[]),
            ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", &["2026-11-01"]),
            ("2026-11-01T23:59:59.999Z", "2026-11-02T00:00:00.001Z", &["2026-11-01", "2026-11-02"]),
            ("2024-02-28T12:00:00Z", "2024-03-01T12:00:00Z", &["2024-02-28", "2024-02-29", "2024-03-01"]),
            ("1969-12-31T12:00:00Z", "1970-01-01T12:00:00Z", &["1969-12-31", "1970-01-01"]),
        ];
        for (from, to, expected) in cases {
            assert_eq!(days(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn a_span_runs_forwards_for_at_most_a_leap_year() {
        let now = at("2026-11-22T10:00:00Z");
        let span = Span::between(None, None, now).unwrap();
        assert_eq!((span.from, span.to), (at("2026-10-23T10:00:00Z"), now));
        assert_eq!(days("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z").len(), 366);
        for (from, to) in
            [("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z"), ("2024-01-01T00:00:00Z", "2025-01-01T00:00:00.001Z")]
        {
            assert!(Span::between(Some(at(from)), Some(at(to)), now).is_err(), "{from} {to}");
        }
        let first = at("-009999-01-02T01:59:59Z");
        assert!(Span::between(None, Some(first), now).and_then(Span::days).is_err());
    }
}
