//! Runs a router or a job on Lambda: logging, settings, the connection, the runtime.

mod live;

use crate::config::{Config, DatabaseConfig, FirstAdminConfig, LogConfig, SecretsConfig};
use crate::db;
use crate::http::app;
use crate::secrets::Secrets;
use crate::state::AppState;
use crate::telemetry;
use axum::body::to_bytes;
use axum::response::Response;
use lambda_http::Body;
use lambda_runtime::{LambdaEvent, service_fn};
use live::Live;
use mongodb::Database;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tower::Service;
use utoipa_axum::router::OpenApiRouter;

/// Why a function could not start.
pub type Error = lambda_runtime::Error;

/// Serves the endpoints of a router: one request at a time, or as many as `AWS_LAMBDA_MAX_CONCURRENCY` says, which
/// Lambda sets where an environment gets several at once
/// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html>).
///
/// # Errors
/// When the settings are wrong, or the runtime ends.
pub async fn serve(router: OpenApiRouter<AppState>) -> Result<(), Error> {
    telemetry::log(&LogConfig::from_env());
    let live = Arc::new(Live::start(move |shop| app(router.clone(), shop)).await?);
    let answer = move |request: lambda_http::Request| {
        let live = Arc::clone(&live);
        async move {
            let Ok(response) = live.now().await.call(request).await;
            whole(response).await
        }
    };
    lambda_http::run_concurrent(service_fn(answer)).await
}

/// An answer with its body in one piece, as Lambda takes it. A stream could not be handed to another thread.
async fn whole(response: Response) -> Result<lambda_http::Response<Body>, Error> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await?;
    // What the shop answers is text. What were not, would go as base64.
    let body = String::from_utf8(body.into()).map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text);
    Ok(lambda_http::Response::from_parts(head, body))
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
    telemetry::log(&LogConfig::from_env());
    let live = Live::start(|shop| shop).await?;
    let (live, job) = (&live, &job);
    let run = |event: LambdaEvent<Value>| async move {
        let shop = live.now().await;
        // Boxed, because a job's future is large and would be part of every one around it.
        let job = Box::pin(job(shop));
        Ok::<_, Error>(telemetry::measure_job(&event.context, job).await?)
    };
    lambda_runtime::run(service_fn(run)).await
}

/// Runs something that answers for its own start: it gets each event and the time that it has.
///
/// # Errors
/// When the runtime ends.
pub async fn run_events<F, Fut>(handler: F) -> Result<(), Error>
where
    F: Fn(Value, Duration) -> Fut,
    Fut: Future<Output = Result<Value, Error>>,
{
    telemetry::log(&LogConfig::from_env());
    let run = |event: LambdaEvent<Value>| {
        let left = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        handler(event.payload, left)
    };
    lambda_runtime::run(service_fn(run)).await
}

/// The database alone, and who is to run the shop first, for what prepares it.
///
/// # Errors
/// When the settings are wrong, or the secrets cannot be read.
pub async fn open_database() -> Result<(Database, Option<FirstAdminConfig>), Error> {
    let secrets = read_secrets(SecretsConfig::from_env()?.as_ref()).await?;
    let first_admin = FirstAdminConfig::from_env(&secrets)?;
    Ok((db::connect(&DatabaseConfig::from_env(&secrets)?).await?, first_admin))
}

async fn read_secrets(source: Option<&SecretsConfig>) -> Result<Secrets, Error> {
    match source {
        Some(source) => Ok(Secrets::read(source).await?),
        None => Ok(Secrets::default()),
    }
}

async fn connect(secrets: &Secrets) -> Result<AppState, Error> {
    let config = Config::from_env(secrets)?;
    #[cfg(feature = "chaos")]
    crate::chaos::arm(config.chaos.point.as_deref(), config.chaos.defect.as_deref(), config.chaos.is_impatient)?;
    let database = db::connect(&config.database).await?;
    // TLS and authentication are most of a cold start: they happen now, not on the first request.
    if let Err(error) = db::ping(&database).await {
        tracing::warn!(%error, "MongoDB does not answer yet");
    }
    Ok(AppState::new(config, database))
}
