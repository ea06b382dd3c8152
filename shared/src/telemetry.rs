//! What the shop tells of itself: one line for each request with what it took, and what CloudWatch
//! counts. Locally both are lines for people.

mod business_event;
mod embedded;
mod meter;

pub use business_event::BusinessEvent;
pub(crate) use meter::{Measured, database_calls, measured, stripe_call, trace};
pub use meter::{record, recorded, rollback_to, time_other, user};

use crate::config::LogConfig;
use embedded::Embedded;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Under this target events are what CloudWatch counts.
const METRICS: &str = "metrics";

/// Whether this environment has answered nothing yet.
static IS_COLD: AtomicBool = AtomicBool::new(true);

/// Sets logging up: JSON lines and metrics for CloudWatch, or lines for people.
pub fn log(config: &LogConfig) {
    // Not `EnvFilter`, which would bring regular expressions into each function.
    let filter = config.filter.as_ref().and_then(|filter| filter.parse::<Targets>().ok());
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_target(false).with_ansi(std::io::stdout().is_terminal());
    let registry = tracing_subscriber::registry().with(filter);
    if config.text {
        registry.with(lines).init();
    } else {
        let lines = lines.json().flatten_event(true).with_current_span(true).with_span_list(false).without_time();
        let lines = lines.with_filter(filter_fn(|about| about.target() != METRICS));
        let counts = Embedded::new(&config.namespace, std::io::stdout);
        registry.with(lines).with(counts.with_filter(filter_fn(|about| about.target() == METRICS))).init();
    }
}

/// Whether this is the first time that anybody asks.
pub(crate) fn is_cold_start() -> bool {
    IS_COLD.swap(false, Ordering::Relaxed)
}

/// Since then, in whole milliseconds.
pub(crate) fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
