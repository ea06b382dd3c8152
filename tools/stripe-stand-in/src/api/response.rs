//! An API response with Stripe's headers.

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

/// A response. Its body is text, so that a replay is identical to the byte.
#[derive(Clone, Debug)]
pub(crate) struct ApiResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl ApiResponse {
    pub(crate) fn new(status: StatusCode, body: &Value) -> Self {
        Self { status, headers: HeaderMap::new(), body: format!("{body:#}\n") }
    }

    pub(crate) fn from_error(error: ApiError) -> Self {
        let in_use = matches!(error, ApiError::KeyInUse { .. });
        let response = Self::new(error.status(), &error.body());
        if in_use { response.with_should_retry(true) } else { response }
    }

    /// Adds `Stripe-Should-Retry`, which official SDKs follow.
    pub(super) fn with_should_retry(mut self, should_retry: bool) -> Self {
        let value = if should_retry { "true" } else { "false" };
        self.headers.insert(SHOULD_RETRY, HeaderValue::from_static(value));
        self
    }

    /// Adds the headers that depend on the request and not on the result. They are not stored for a replay.
    pub(crate) fn with_request_headers(mut self, request: &HeaderMap, request_id: &str) -> Self {
        let version = request.get(&STRIPE_VERSION).cloned();
        self.headers.insert(STRIPE_VERSION, version.unwrap_or_else(|| HeaderValue::from_static(API_VERSION)));
        if let Some(key) = request.get(&IDEMPOTENCY_KEY) {
            self.headers.insert(IDEMPOTENCY_KEY, key.clone());
        }
        self.insert(REQUEST_ID, request_id);
        self
    }

    /// Marks the response as the replay of an earlier request.
    pub(super) fn into_replay_of(mut self, original_request: &str) -> Self {
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

impl IntoResponse for ApiResponse {
    fn into_response(mut self) -> Response {
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        (self.status, self.headers, Body::from(self.body)).into_response()
    }
}
