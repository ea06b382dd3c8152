//! An answer: its status, its body as text, and the headers that Stripe sends along.

use super::API_VERSION;
use crate::errors::ApiError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const ORIGINAL_REQUEST: HeaderName = HeaderName::from_static("original-request");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const SHOULD_RETRY: HeaderName = HeaderName::from_static("stripe-should-retry");
const STRIPE_VERSION: HeaderName = HeaderName::from_static("stripe-version");

/// An answer. The body is kept as text, so that a replay is the same to the byte.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, body: &Value) -> Self {
        Self { status, headers: HeaderMap::new(), body: format!("{body:#}\n") }
    }

    pub(crate) fn of_error(error: ApiError) -> Self {
        let in_use = matches!(error, ApiError::KeyInUse { .. });
        let answer = Self::new(error.status(), &error.body());
        if in_use { answer.advising_retry(true) } else { answer }
    }

    /// Says whether repeating the call can help; official SDKs follow this.
    pub(super) fn advising_retry(mut self, helps: bool) -> Self {
        let helps = if helps { "true" } else { "false" };
        self.headers.insert(SHOULD_RETRY, HeaderValue::from_static(helps));
        self
    }

    /// Adds what depends on the call that is answered and not on what came of it.
    pub(crate) fn of_call(mut self, call: &HeaderMap, request_id: &str) -> Self {
        let version = call.get(&STRIPE_VERSION).cloned();
        self.headers.insert(STRIPE_VERSION, version.unwrap_or_else(|| HeaderValue::from_static(API_VERSION)));
        if let Some(key) = call.get(&IDEMPOTENCY_KEY) {
            self.headers.insert(IDEMPOTENCY_KEY, key.clone());
        }
        self.insert(REQUEST_ID, request_id);
        self
    }

    /// Marks the answer as that of an earlier request.
    pub(super) fn replayed(mut self, original_request: &str) -> Self {
        self.headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        self.insert(ORIGINAL_REQUEST, original_request);
        self
    }

    fn insert(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(mut self) -> Response {
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        (self.status, self.headers, Body::from(self.body)).into_response()
    }
}
