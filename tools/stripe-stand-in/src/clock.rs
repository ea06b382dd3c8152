//! The clock of the stand-in.

/// Returns the current time in Unix seconds, the unit of Stripe's API.
pub(crate) fn unix_seconds() -> i64 {
    jiff::Timestamp::now().as_second()
}
