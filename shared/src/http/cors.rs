//! Cross-origin requests of browsers (CORS): which pages may use the API, with which requests, and what they may read. API
//! Gateway decides nothing of it; `docs/decisions/cors.md` says why.

use super::cart_owner::CART_TOKEN;
use super::order_access::ORDER_TOKEN;
use crate::config::AllowedOrigins;
use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION, ORIGIN, RETRY_AFTER,
    VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use std::time::Duration;
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowCredentials, AllowOrigin, CorsLayer};

const METHODS: [Method; 6] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// The headers that a page may send. Those of proxies are not among them.
const REQUEST_HEADERS: [HeaderName; 12] = [
    AUTHORIZATION,
    CONTENT_TYPE,
    HeaderName::from_static(CART_TOKEN),
    HeaderName::from_static(ORDER_TOKEN),
    HeaderName::from_static("idempotency-key"),
    IF_MATCH,
    IF_NONE_MATCH,
    SESSION_HEADER,
    // Tracing: OpenTelemetry sends the first three, Sentry the last two.
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("baggage"),
    HeaderName::from_static("sentry-trace"),
];

/// The headers that a page may read, beside those that browsers always expose.
const RESPONSE_HEADERS: [HeaderName; 7] = [
    CONTENT_DISPOSITION,
    ETAG,
    HeaderName::from_static("idempotent-replayed"),
    LOCATION,
    RETRY_AFTER,
    WWW_AUTHENTICATE,
    HeaderName::from_static("x-request-id"),
];

/// How long a browser may cache the response to a preflight. Chromium's limit is two hours.
const MAX_AGE: Duration = Duration::from_hours(1);

/// The header of requests that keep their session in a cookie. A page of another site cannot send it without a preflight.
pub const SESSION_HEADER: HeaderName = HeaderName::from_static("x-ferrocart-session");

/// Returns the decisions for these origins. Only a listed origin may send cookies: others may deploy a page that matches a
/// pattern.
pub(super) fn cors_layer(origins: &AllowedOrigins) -> Arc<CorsLayer> {
    let (allowed, listed) = (Arc::new(origins.clone()), Arc::new(origins.clone()));
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| allowed.allows(origin.as_bytes())))
        .allow_credentials(AllowCredentials::predicate(move |origin, _| listed.lists(origin.as_bytes())))
        .allow_methods(METHODS)
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .max_age(MAX_AGE)
        // Every response varies by origin: the boundary declares it.
        .vary::<[HeaderName; 0]>([]);
    Arc::new(layer)
}

/// Responds to preflights, and adds the headers of CORS to all responses to requests with an origin.
pub(super) async fn cors(State(layer): State<Arc<CorsLayer>>, request: Request, next: Next) -> Response {
    if !request.headers().contains_key(ORIGIN) {
        return next.run(request).await;
    }
    match layer.layer(next).oneshot(request).await {
        Ok(mut response) => {
            response.headers_mut().entry(VARY).or_insert(HeaderValue::from_static("origin"));
            response
        }
        Err(never) => match never {},
    }
}
