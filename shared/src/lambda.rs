//! Runs endpoints or a job on Lambda: logging, settings, secrets, the database connection, the runtime.

mod connect;
mod host_names;
mod reloader;
mod renewal;
mod start;
mod start_mailer;

pub use connect::Error;
pub use start_mailer::start_mailer;

use crate::config::{DatabaseConfig, FirstAdminConfig, LogConfig, SecretsConfig, catalogue_language};
use crate::domain::money::Currency;
use crate::domain::search::Language;
use crate::error::chain;
use crate::http::{Endpoints, app};
use crate::secrets::Secrets;
use crate::state::AppState;
use crate::telemetry::{self, Measurements, is_cold_start, measure, millis};
use axum::body::to_bytes;
use axum::response::Response;
use connect::{connect_database, open};
use lambda_http::Body;
use lambda_runtime::{Context, LambdaEvent, service_fn};
use mimalloc::MiMalloc;
use mongodb::Database;
use reloader::Reloader;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tower::Service;
use tracing::Instrument;

/// The allocator of every program that contains this crate. That of the C library took a sixth of a request's instructions:
/// `docs/release-profile.md`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Serves endpoints: one request at a time, or up to `AWS_LAMBDA_MAX_CONCURRENCY`, which Lambda sets on Managed
/// Instances (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html>).
///
/// # Errors
/// When a setting is invalid, or the runtime ends.
pub async fn serve(endpoints: Endpoints) -> Result<(), Error> {
    telemetry::init(&LogConfig::from_env());
    let router = Arc::new(Reloader::start(endpoints.sell(), move |shop| app(endpoints.clone(), shop)).await?);
    let respond = move |request: lambda_http::Request| {
        let router = Arc::clone(&router);
        async move {
            let Ok(response) = router.current().await.call(request).await;
            buffer_body(response).await
        }
    };
    lambda_http::run_concurrent(service_fn(respond)).await
}

/// Buffers the body of a response. The body of axum is not `Sync`, which serving several requests at once requires.
async fn buffer_body(response: Response) -> Result<lambda_http::Response<Body>, Error> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await?;
    // Lambda's responses are JSON: a compressed body is encoded as base64, which API Gateway decodes.
    let body = String::from_utf8(body.into()).map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text);
    Ok(lambda_http::Response::from_parts(head, body))
}

/// Runs a job once for each event.
///
/// # Errors
/// When a setting is invalid, or the runtime ends.
pub async fn run_job<F, Fut>(job: F) -> Result<(), Error>
where
    F: Fn(AppState, Value) -> Fut,
    Fut: Future<Output = crate::error::Result<Value>>,
{
    telemetry::init(&LogConfig::from_env());
    let shop = Reloader::start(false, |shop| shop).await?;
    let (shop, job) = (&shop, &job);
    let run = |event: LambdaEvent<Value>| async move {
        let shop = shop.current().await;
        // Boxed: the future of a job is large, and would be part of each future that contains it.
        let job = Box::pin(async {
            shop.verify_schema().await?;
            job(shop, event.payload).await
        });
        let Context { request_id, xray_trace_id, .. } = event.context;
        Ok::<_, Error>(measure_job(&request_id, xray_trace_id, job).await?)
    };
    lambda_runtime::run(service_fn(run)).await
}

/// Runs a job within a log span and logs one line at its end, as `http/boundary.rs` does for a request.
///
/// # Errors
/// Those of the job.
pub async fn measure_job<T>(
    request_id: &str,
    trace: Option<String>,
    job: impl Future<Output = crate::error::Result<T>>,
) -> crate::error::Result<T> {
    let started = Instant::now();
    let cold_start = is_cold_start();
    let span = tracing::info_span!("job", request_id);
    async {
        let (outcome, measurements) = measure(trace, job).await;
        let Measurements { database, stripe, trace, .. } = &measurements;
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
            tracing::error!(%error, chain = chain(error), "the job failed");
        }
        measurements.emit_events();
        outcome
    }
    .instrument(span)
    .await
}

/// Runs a handler that reads its settings itself; it receives each event and the remaining time.
///
/// # Errors
/// When the runtime ends.
pub async fn run_events<F, Fut>(handler: F) -> Result<(), Error>
where
    F: Fn(Value, Duration) -> Fut,
    Fut: Future<Output = Result<Value, Error>>,
{
    telemetry::init(&LogConfig::from_env());
    let run = |event: LambdaEvent<Value>| {
        let remaining = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        handler(event.payload, remaining)
    };
    lambda_runtime::run(service_fn(run)).await
}

/// Connects to the database, for a function that prepares it, and returns the store's currency, the language of the
/// catalogue and the first administrator's settings.
///
/// # Errors
/// When a setting is invalid, or the secrets cannot be read.
pub async fn open_database() -> Result<(Database, Currency, Language, Option<FirstAdminConfig>), Error> {
    let secrets = read_secrets().await?;
    let first_admin = FirstAdminConfig::from_env(|name| secrets.get(name))?;
    let language = catalogue_language(|name| secrets.get(name))?;
    let config = DatabaseConfig::from_env(|name| secrets.get(name))?;
    Ok((connect_database(&config).await?, config.currency, language, first_admin))
}

/// Opens the shop for a function that runs too rarely to renew its secrets. It is not connected yet.
///
/// # Errors
/// When a setting is invalid, or the secrets cannot be read.
pub async fn open_shop() -> Result<AppState, Error> {
    Ok(open(&read_secrets().await?, None).await?)
}

async fn read_secrets() -> Result<Secrets, Error> {
    Ok(match SecretsConfig::from_env()? {
        Some(source) => Secrets::read(&source).await?,
        None => Secrets::default(),
    })
}
