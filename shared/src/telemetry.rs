//! What the shop tells of itself: one line for each request with what it took, and what CloudWatch
//! counts. Locally both are lines for people.

mod embedded;
mod fact;
mod meter;

pub use fact::Fact;
pub(crate) use meter::{Measured, database_calls, measured, stripe_call, trace};
pub use meter::{elsewhere, forget_since, note, noted, user};

use crate::config::LogConfig;
use embedded::Embedded;
use lambda_runtime::Context;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tracing::Instrument;
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

/// Runs a job as the boundary runs a request: with a line at its end, and with what it noted.
///
/// # Errors
/// Those of the job, which are logged with their causes.
pub(crate) async fn measure_job<T>(
    context: &Context,
    job: impl Future<Output = crate::error::Result<T>>,
) -> crate::error::Result<T> {
    let started = Instant::now();
    let cold_start = is_cold_start();
    let span = tracing::info_span!("job", request_id = %context.request_id);
    async {
        let (outcome, measured) = measured(context.xray_trace_id.clone(), job).await;
        let Measured { database, stripe, trace, .. } = &measured;
        tracing::info!(
            ok = outcome.is_ok(),
            millis = millis(started),
            cold_start,
            database_calls = database.calls,
            database_millis = database.millis(),
            stripe_calls = stripe.calls,
            stripe_millis = stripe.millis(),
            trace,
            "the job has ended"
        );
        if let Err(error) = &outcome {
            tracing::error!(%error, chain = crate::error::chain(error), "the job failed");
        }
        measured.count();
        outcome
    }
    .instrument(span)
    .await
}

/// Since then, in whole milliseconds.
pub(crate) fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
