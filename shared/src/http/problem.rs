//! Problem details (RFC 9457): the one module that maps errors to statuses.

mod kind;

use crate::error::{Error, chain};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use kind::ProblemKind;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// An error response.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// A URI that identifies the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:ferrocart:problem:insufficient_stock")]
    uri: String,
    /// The reason phrase of the status.
    #[schema(example = "Conflict")]
    title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// A description for people.
    #[schema(example = "insufficient stock")]
    detail: String,
    /// The id under which the logs have the request.
    request_id: String,
    #[serde(flatten)]
    kind: ProblemKind,
}

/// An error on its way to the boundary, which adds the request id and writes the problem.
#[derive(Clone)]
pub(super) struct Failure(Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = ProblemKind::from(&self).status().into_response();
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

/// Returns the error that a response was made from, if any.
pub(super) fn error_of(response: &Response) -> Option<&Error> {
    response.extensions().get::<Failure>().map(|Failure(error)| error.as_ref())
}

/// Writes the problem into a response that was made from an error, and logs server errors.
pub(super) fn write_problem(response: Response, request_id: &str) -> Response {
    let Some(Failure(error)) = response.extensions().get::<Failure>().cloned() else {
        return response;
    };
    let kind = ProblemKind::from(error.as_ref());
    let status = kind.status();
    if status.is_server_error() {
        let chain = chain(&error);
        tracing::error!(error = %error, chain, "the request failed");
    }
    let code: &str = (&kind).into();
    let problem = Problem {
        uri: format!("urn:ferrocart:problem:{code}"),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail(&error, &kind),
        request_id: request_id.to_owned(),
        kind,
    };
    let mut headers = response.headers().clone();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    add_headers(&mut headers, &error, &problem.kind);
    (status, headers, serde_json::to_vec(&problem).unwrap_or_default()).into_response()
}

/// Returns the description for clients. It reveals nothing about the inside.
fn detail(error: &Error, kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Unavailable | ProblemKind::NotReady => {
            "the shop or a system that it depends on is not responding; retry later".to_owned()
        }
        ProblemKind::Internal => {
            "an internal error has occurred; the logs have its cause under the request id".to_owned()
        }
        _ => error.to_string(),
    }
}

fn add_headers(headers: &mut HeaderMap, error: &Error, kind: &ProblemKind) {
    if matches!(kind, ProblemKind::Unauthenticated | ProblemKind::TokenExpired | ProblemKind::InvalidCredentials) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let wait = match error {
        Error::RateLimited { retry_after } => *retry_after,
        Error::IdempotencyInProgress => 1,
        _ if matches!(kind, ProblemKind::Unavailable | ProblemKind::NotReady) => 2,
        _ => return,
    };
    headers.insert(RETRY_AFTER, HeaderValue::from(wait));
}
