//! The CORS headers of the API, which pages of every origin may call with a publishable key.

use super::authenticate::parse_key;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
};
use axum::http::{HeaderMap, HeaderValue};

/// Returns the headers of the response to a request. One with a secret key has none, so that a page that contains such a
/// key does not work.
pub(crate) fn headers(request: &HeaderMap) -> HeaderMap {
    match parse_key(request) {
        Some(key) if !key.starts_with("pk_") => HeaderMap::new(),
        Some(_) | None => HeaderMap::from_iter([
            (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
            (ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Request-Id, Stripe-Should-Retry")),
        ]),
    }
}

/// Returns the headers of the response to a preflight, which does not contain the key yet.
pub(crate) fn preflight() -> HeaderMap {
    HeaderMap::from_iter([
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST")),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key, Stripe-Version"),
        ),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300")),
    ])
}
