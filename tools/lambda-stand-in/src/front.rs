//! API Gateway: an HTTP request becomes an event of payload format 2.0, and the function's answer
//! becomes a response
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).

mod event;
mod response;

use crate::error::InvokeError;
use crate::lambda::Functions;
use crate::routes::Routes;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

/// The largest request that Lambda takes.
const LIMIT: usize = 6 * 1024 * 1024;

/// A front, with its table of routes.
pub(crate) struct Front {
    pub(crate) routes: Routes,
    pub(crate) functions: Arc<Functions>,
}

pub(crate) fn router(front: Front) -> Router {
    Router::new().fallback(answer).layer(DefaultBodyLimit::max(LIMIT)).with_state(Arc::new(front))
}

async fn answer(
    State(front): State<Arc<Front>>,
    ConnectInfo(source): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(function) = front.routes.function(uri.path()).map(str::to_owned) else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let request_id = front.functions.request_id();
    let request = event::Request { method: &method, uri: &uri, headers: &headers, body: &body, source: source.ip() };
    let event = event::event(&request, &request_id);
    // In a task of its own: a client that hangs up does not undo what it asked for.
    let functions = Arc::clone(&front.functions);
    let invoked = tokio::spawn(async move { functions.invoke(&function, request_id, event).await });
    let outcome = invoked.await.unwrap_or(Err(InvokeError::Gone));
    let answered = outcome.and_then(|answer| response::response(&answer).ok_or(InvokeError::NotJson));
    answered.unwrap_or_else(|error| {
        tracing::info!(%method, path = uri.path(), %error, "no answer");
        match error {
            InvokeError::TimedOut { .. } => message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
            InvokeError::UnknownFunction(_)
            | InvokeError::Start { .. }
            | InvokeError::Died { .. }
            | InvokeError::Failed(_)
            | InvokeError::NotJson
            | InvokeError::Gone => message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        }
    })
}

/// API Gateway's own words.
fn message(status: StatusCode, message: &str) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], json!({ "message": message }).to_string()).into_response()
}
