//! Observability: one log line per request with its measurements, and business metrics for CloudWatch. Locally both are
//! lines for people.

mod business_event;
mod embedded;
mod meter;

pub use business_event::BusinessEvent;
pub(crate) use meter::{Measurements, count_database_calls, measure, record_new, record_user, time_stripe, trace_id};
pub use meter::{record, rollback_to, savepoint, time_other};

use crate::config::LogConfig;
use embedded::EmbeddedMetrics;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// The target of tracing events that are metrics.
const METRICS: &str = "metrics";

/// Whether this environment has not served a request yet.
static IS_COLD: AtomicBool = AtomicBool::new(true);

/// Initializes logging: JSON lines and metrics for CloudWatch, or lines for people.
pub fn init(config: &LogConfig) {
    // `EnvFilter` would add regular expressions to each function.
    let filter = config.filter.as_ref().and_then(|filter| filter.parse::<Targets>().ok());
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_target(false).with_ansi(std::io::stdout().is_terminal());
    let registry = tracing_subscriber::registry().with(filter);
    if config.text {
        registry.with(lines).init();
    } else {
        let lines = lines.json().flatten_event(true).with_current_span(true).with_span_list(false).without_time();
        let lines = lines.with_filter(filter_fn(|event| event.target() != METRICS));
        registry.with(lines).with(metrics(&config.namespace, std::io::stdout)).init();
    }
}

/// Returns the layer that writes metrics for CloudWatch to `writer`.
pub fn metrics<S, W>(namespace: &str, writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    EmbeddedMetrics::new(namespace, writer).with_filter(filter_fn(|event| event.target() == METRICS))
}

/// Returns whether this is the first request of its environment: `true` on the first call, then `false`.
pub(crate) fn is_cold_start() -> bool {
    IS_COLD.swap(false, Ordering::Relaxed)
}

/// Returns the elapsed time in whole milliseconds.
pub(crate) fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
