//! What surrounds every handler: the request's id, the deadline, a net for panics, the headers of
//! every answer, and one line in the log.

use super::endpoints::Endpoints;
use super::problem::{describe, error_of};
use super::reject_unknown_query::RejectUnknownQuery;
use crate::config::REQUEST_DEADLINE;
use crate::error::Error;
use crate::state::AppState;
use crate::telemetry::{BusinessEvent, Measured, is_cold_start, measured, millis};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{CACHE_CONTROL, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use lambda_http::Context;
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use tracing::Instrument;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Returns the router of these endpoints: with its state, with errors for unknown paths and methods, and with everything
/// that surrounds a request.
pub fn app(endpoints: Endpoints, shop: AppState) -> Router {
    let reject_unknown_query = RejectUnknownQuery::new(&endpoints, shop.clone());
    let check_query = from_fn(move |request, next| reject_unknown_query.clone().check(request, next));
    endpoints
        .into_router()
        .route_layer(check_query)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(shop)
        .layer(from_fn(boundary))
}

async fn not_found() -> Error {
    std::future::ready(Error::NotFound).await
}

async fn method_not_allowed() -> Error {
    std::future::ready(Error::MethodNotAllowed).await
}

async fn boundary(request: Request, next: Next) -> Response {
    let arrival = Arrival::of(&request);
    let id = arrival.request_id.clone();
    let span = tracing::info_span!("request", request_id = %id);
    let trace = request.extensions().get::<Context>().and_then(|context| context.xray_trace_id.clone());
    let handler = AssertUnwindSafe(next.run(request)).catch_unwind();
    async {
        let (outcome, mut measured) = measured(trace, tokio::time::timeout(REQUEST_DEADLINE, handler)).await;
        let response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Error::Panicked.into_response(),
            Err(_) => Error::DeadlineExceeded.into_response(),
        };
        measured.add(error_of(&response).and_then(|error| business_event(error, &arrival.route)));
        let response = finish(describe(response, &id), &id);
        arrival.log(response.status(), &measured);
        measured.count();
        response
    }
    .instrument(span)
    .await
}

/// What is known of a request before it is answered.
struct Arrival {
    started: Instant,
    cold_start: bool,
    request_id: String,
    method: Method,
    /// As in openapi.json; empty when there is none.
    route: String,
    path: String,
}

impl Arrival {
    fn of(request: &Request) -> Self {
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

    /// The one line of a request. docs/telemetry.md tells what its fields are.
    fn log(&self, status: StatusCode, measured: &Measured) {
        let Measured { database, stripe, trace, user, .. } = measured;
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

/// The business event that an error stands for, if any.
fn business_event(error: &Error, route: &str) -> Option<BusinessEvent> {
    match error {
        Error::InsufficientStock(_) => Some(BusinessEvent::RefusedForStock),
        Error::InvalidSignature => Some(BusinessEvent::SignatureRejected),
        Error::InvalidCredentials if route.ends_with("/auth/login") => Some(BusinessEvent::LoginFailed),
        _ => None,
    }
}

/// The id of a request: Lambda's own, so that its log lines and ours carry the same one.
fn request_id(request: &Request) -> String {
    let lambda = request.extensions().get::<Context>().map(|context| context.request_id.clone());
    lambda.filter(|id| !id.is_empty()).unwrap_or_else(|| bson::oid::ObjectId::new().to_hex())
}

fn finish(mut response: Response, id: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    response
}
