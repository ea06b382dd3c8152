//! What surrounds every handler: the request id, the deadline, panics, response headers, and one log line.

use super::cacheable::{IsPersonal, add_cache_control};
use super::cors::{cors, cors_layer};
use super::endpoints::Endpoints;
use super::problem::{error_of, write_problem};
use crate::config::REQUEST_DEADLINE;
use crate::error::Error;
use crate::state::AppState;
use crate::telemetry::{BusinessEvent, Measurements, is_cold_start, measure, millis};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use lambda_http::Context;
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use tracing::Instrument;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Returns the router of these endpoints: with its state, with errors for unknown paths and methods, and with
/// everything that surrounds a request.
pub fn app(endpoints: Endpoints, shop: AppState) -> Router {
    let cors_layer = (!shop.config.origins.is_empty()).then(|| cors_layer(&shop.config.origins));
    let router = endpoints
        .into_router(&shop)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(shop)
        .layer(from_fn(boundary));
    match cors_layer {
        Some(layer) => router.layer(from_fn_with_state(layer, cors)),
        None => router,
    }
}

async fn not_found() -> Error {
    std::future::ready(Error::NotFound).await
}

async fn method_not_allowed() -> Error {
    std::future::ready(Error::MethodNotAllowed).await
}

async fn boundary(mut request: Request, next: Next) -> Response {
    let log = RequestLog::start(&request);
    if request.method() == Method::HEAD {
        // Everything inside handles it as a GET, so that the headers are the same. The router removes the body at the end.
        *request.method_mut() = Method::GET;
    }
    let id = log.request_id.clone();
    let is_personal = IsPersonal::of(request.headers());
    let span = tracing::info_span!("request", request_id = %id);
    let trace = request.extensions().get::<Context>().and_then(|context| context.xray_trace_id.clone());
    let handler = AssertUnwindSafe(next.run(request)).catch_unwind();
    async {
        let (outcome, mut measurements) = measure(trace, tokio::time::timeout(REQUEST_DEADLINE, handler)).await;
        let response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Error::Panicked.into_response(),
            Err(_) => Error::DeadlineExceeded.into_response(),
        };
        measurements.add(error_of(&response).and_then(|error| business_event(error, &log.route)));
        let response = with_common_headers(write_problem(response, &id), &id, is_personal);
        log.write(response.status(), &measurements);
        measurements.emit_events();
        response
    }
    .instrument(span)
    .await
}

/// The fields of a request's log line that are available before its handler runs.
struct RequestLog {
    started: Instant,
    cold_start: bool,
    request_id: String,
    method: Method,
    /// As in `openapi.json`, after `/api/v1`; empty for an unknown path.
    route: String,
    path: String,
}

impl RequestLog {
    fn start(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        Self {
            started: Instant::now(),
            cold_start: is_cold_start(),
            request_id: request_id(request),
            method: request.method().clone(),
            route: route.map(MatchedPath::as_str).unwrap_or_default().to_owned(),
            path: request.uri().path().to_owned(),
        }
    }

    /// Writes the one log line of the request. `docs/telemetry.md` describes its fields.
    fn write(&self, status: StatusCode, measurements: &Measurements) {
        let Measurements { database, stripe, trace, user, .. } = measurements;
        tracing::info!(
            method = %self.method,
            route = self.route,
            path = self.path,
            status = status.as_u16(),
            millis = millis(self.started),
            user_id = user.map(tracing::field::display),
            cold_start = self.cold_start,
            database_calls = database.calls,
            database_millis = database.millis(),
            stripe_calls = stripe.calls,
            stripe_millis = stripe.millis(),
            trace,
            "answered"
        );
    }
}

/// Returns the business event that an error stands for, if any.
fn business_event(error: &Error, route: &str) -> Option<BusinessEvent> {
    match error {
        Error::InsufficientStock(_) => Some(BusinessEvent::StockInsufficient),
        Error::InvalidSignature => Some(BusinessEvent::SignatureRejected),
        Error::InvalidCredentials if route.ends_with("/auth/login") => Some(BusinessEvent::LoginFailed),
        _ => None,
    }
}

/// Returns Lambda's request id, so that its log lines and ours carry the same one; outside Lambda a random id.
fn request_id(request: &Request) -> String {
    let lambda = request.extensions().get::<Context>().map(|context| context.request_id.clone());
    lambda.filter(|id| !id.is_empty()).unwrap_or_else(|| bson::oid::ObjectId::new().to_hex())
}

fn with_common_headers(mut response: Response, request_id: &str, is_personal: IsPersonal) -> Response {
    add_cache_control(&mut response, is_personal);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    response
}
