//! What surrounds every handler: the request's id, the deadline, a net for panics, the headers of
//! every answer, and one line in the log.

use super::no_query::NoQuery;
use super::problem::{describe, error_of};
use crate::error::Error;
use crate::state::AppState;
use crate::telemetry::{Fact, Measured, is_cold_start, measured, millis};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{CACHE_CONTROL, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use lambda_http::Context;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tracing::Instrument;
use utoipa_axum::router::OpenApiRouter;

/// The longest that a request works. API Gateway gives up after 30 s, the driver later still.
pub const DEADLINE: Duration = Duration::from_secs(10);

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Makes a router ready to serve: with its state, with answers for what it does not know, and
/// within the boundary.
pub fn app(router: OpenApiRouter<AppState>, shop: AppState) -> Router {
    let (router, document) = router.split_for_parts();
    let no_query = NoQuery::of(&document, shop.clone());
    let refuse_query = from_fn(move |request, next| no_query.clone().refuse(request, next));
    router
        .route_layer(refuse_query)
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
        let (outcome, mut measured) = measured(trace, tokio::time::timeout(DEADLINE, handler)).await;
        let response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Error::Panicked.into_response(),
            Err(_) => Error::DeadlineExceeded.into_response(),
        };
        measured.add(error_of(&response).and_then(|error| Fact::of(error, &arrival.route)));
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
