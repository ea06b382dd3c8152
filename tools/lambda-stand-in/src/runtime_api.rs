//! The Runtime API, by which environments get their work
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>). Each has a base path of its
//! own, so that it is known which one asks.

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

/// The largest answer that Lambda takes.
const LIMIT: usize = 6 * 1024 * 1024;

pub(crate) fn router(functions: Arc<Functions>) -> Router {
    let base = "/{function}/{environment}/2018-06-01/runtime";
    Router::new()
        .route(&format!("{base}/invocation/next"), get(next))
        .route(&format!("{base}/invocation/{{request}}/response"), post(respond))
        .route(&format!("{base}/invocation/{{request}}/error"), post(fail))
        .route(&format!("{base}/init/error"), post(fail_to_start))
        .layer(DefaultBodyLimit::max(LIMIT))
        .with_state(functions)
}

async fn next(State(functions): State<Arc<Functions>>, uri: Uri) -> Response {
    let Some((function, environment)) = caller(&functions, &uri) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let invocation = environment.next().await;
    let deadline = invocation.deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let headers = [
        ("lambda-runtime-aws-request-id", invocation.request_id),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", format!("arn:aws:lambda:us-east-1:000000000000:function:{function}")),
    ];
    (headers, invocation.event).into_response()
}

async fn respond(State(functions): State<Arc<Functions>>, uri: Uri, body: Bytes) -> StatusCode {
    end_request(&functions, &uri, Ok(body))
}

async fn fail(State(functions): State<Arc<Functions>>, uri: Uri, body: Bytes) -> StatusCode {
    end_request(&functions, &uri, Err(failure(&body)))
}

async fn fail_to_start(State(functions): State<Arc<Functions>>, uri: Uri, body: Bytes) -> StatusCode {
    match caller(&functions, &uri) {
        Some((_, environment)) => {
            environment.fail_to_start(&failure(&body));
            StatusCode::ACCEPTED
        }
        None => StatusCode::FORBIDDEN,
    }
}

fn end_request(functions: &Functions, uri: &Uri, outcome: Result<Bytes, InvokeError>) -> StatusCode {
    let request_id = uri.path().rsplit('/').nth(1).unwrap_or_default();
    let environment = caller(functions, uri).map(|(_, environment)| environment);
    if environment.is_some_and(|environment| environment.end_request(request_id, outcome)) {
        StatusCode::ACCEPTED
    } else {
        // What Lambda calls InvalidRequestID.
        StatusCode::BAD_REQUEST
    }
}

fn failure(body: &[u8]) -> InvokeError {
    InvokeError::Failed(serde_json::from_slice(body).unwrap_or(Value::Null))
}

/// The function and the environment that the base path is of.
fn caller<'a>(functions: &Functions, uri: &'a Uri) -> Option<(&'a str, Arc<Environment>)> {
    let mut segments = uri.path().split('/').skip(1);
    let function = segments.next()?;
    let number = segments.next()?.parse().ok()?;
    Some((function, functions.known(function)?.environment(number)?))
}
