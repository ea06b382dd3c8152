//! The Lambda Runtime API, from which environments fetch invocations
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>). The base path identifies the environment:
//! `/{function}/{environment}`.

use crate::environment::Environment;
use crate::error::InvokeError;
use crate::lambda::Functions;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Lambda's limit for responses, in bytes.
const MAX_RESPONSE_BYTES: usize = 6 * 1024 * 1024;

pub(crate) fn router(functions: Arc<Functions>) -> Router {
    let base = "/{function}/{environment}/2018-06-01/runtime";
    Router::new()
        .route(&format!("{base}/invocation/next"), get(next_invocation))
        .route(&format!("{base}/invocation/{{request}}/response"), post(invocation_response))
        .route(&format!("{base}/invocation/{{request}}/error"), post(invocation_error))
        .route(&format!("{base}/init/error"), post(initialization_error))
        .layer(DefaultBodyLimit::max(MAX_RESPONSE_BYTES))
        .with_state(functions)
}

async fn next_invocation(State(functions): State<Arc<Functions>>, uri: Uri) -> Response {
    let Some((function, environment)) = calling_environment(&functions, &uri) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let invocation = environment.next_invocation().await;
    let deadline = invocation.deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let headers = [
        ("lambda-runtime-aws-request-id", invocation.request_id),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", format!("arn:aws:lambda:us-east-1:000000000000:function:{function}")),
    ];
    (headers, invocation.event).into_response()
}

async fn invocation_response(State(functions): State<Arc<Functions>>, uri: Uri, body: Bytes) -> StatusCode {
    complete(&functions, &uri, Ok(body))
}

async fn invocation_error(State(functions): State<Arc<Functions>>, uri: Uri, body: Bytes) -> StatusCode {
    complete(&functions, &uri, Err(reported_error(&body)))
}

async fn initialization_error(State(functions): State<Arc<Functions>>, uri: Uri, body: Bytes) -> StatusCode {
    match calling_environment(&functions, &uri) {
        Some((_, environment)) => {
            environment.fail_all(&reported_error(&body));
            StatusCode::ACCEPTED
        }
        None => StatusCode::FORBIDDEN,
    }
}

fn complete(functions: &Functions, uri: &Uri, result: Result<Bytes, InvokeError>) -> StatusCode {
    let request_id = uri.path().rsplit('/').nth(1).unwrap_or_default();
    let environment = calling_environment(functions, uri).map(|(_, environment)| environment);
    if environment.is_some_and(|environment| environment.complete(request_id, result)) {
        StatusCode::ACCEPTED
    } else {
        // Lambda's error InvalidRequestID.
        StatusCode::BAD_REQUEST
    }
}

fn reported_error(body: &[u8]) -> InvokeError {
    InvokeError::Failed(serde_json::from_slice(body).unwrap_or(Value::Null))
}

/// Finds the function and the environment of the base path.
fn calling_environment<'a>(functions: &Functions, uri: &'a Uri) -> Option<(&'a str, Arc<Environment>)> {
    let mut segments = uri.path().split('/').skip(1);
    let function = segments.next()?;
    let number = segments.next()?.parse().ok()?;
    Some((function, functions.find(function)?.environment(number)?))
}
