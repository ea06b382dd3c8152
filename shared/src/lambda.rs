//! Runs a router or a job on Lambda: logging, settings, the connection, the runtime.

use crate::config::Config;
use crate::db;
use crate::http::app;
use crate::state::AppState;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use utoipa_axum::router::OpenApiRouter;

/// Why a function could not start.
pub type Error = lambda_runtime::Error;

/// Serves the endpoints of a router.
///
/// # Errors
/// When the settings are wrong, or the runtime ends.
pub async fn serve(router: OpenApiRouter<AppState>) -> Result<(), Error> {
    let shop = start().await?;
    lambda_http::run(app(router, shop)).await
}

/// Runs a job once for each event, whatever the event says.
///
/// # Errors
/// When the settings are wrong, or the runtime ends.
pub async fn run_job<F, Fut>(job: F) -> Result<(), Error>
where
    F: Fn(AppState) -> Fut,
    Fut: Future<Output = crate::error::Result<Value>>,
{
    let shop = start().await?;
    let run = |_: LambdaEvent<Value>| async { Ok::<_, Error>(job(shop.clone()).await?) };
    lambda_runtime::run(service_fn(run)).await
}

async fn start() -> Result<AppState, Error> {
    let config = Config::from_env()?;
    log(config.log_text);
    #[cfg(feature = "chaos")]
    crate::chaos::arm(config.chaos.point.as_deref(), config.chaos.defect.as_deref())?;
    let database = db::connect(&config).await?;
    // TLS and authentication are most of a cold start: they happen now, not on the first request.
    if let Err(error) = db::ping(&database).await {
        tracing::warn!(%error, "MongoDB does not answer yet");
    }
    Ok(AppState::new(config, database))
}

/// Sets logging up: JSON lines for CloudWatch, or text for people.
fn log(text: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    let lines = lines.with_ansi(std::io::stdout().is_terminal());
    if text {
        lines.init();
    } else {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).without_time().init();
    }
}
