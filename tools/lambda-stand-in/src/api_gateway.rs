//! API Gateway: converts HTTP requests to events of payload format 2.0, and the functions' responses to HTTP responses
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

/// Lambda's limit for events, in bytes.
const MAX_REQUEST_BYTES: usize = 6 * 1024 * 1024;

/// The state of the HTTP server.
pub(crate) struct ApiGateway {
    pub(crate) routes: Routes,
    pub(crate) functions: Arc<Functions>,
}

pub(crate) fn router(gateway: ApiGateway) -> Router {
    Router::new().fallback(handle).layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES)).with_state(Arc::new(gateway))
}

async fn handle(
    State(gateway): State<Arc<ApiGateway>>,
    ConnectInfo(source): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(function) = gateway.routes.function(uri.path()).map(str::to_owned) else {
        return error_response(StatusCode::NOT_FOUND, "Not Found");
    };
    let request_id = gateway.functions.next_request_id();
    let request = event::Request { method: &method, uri: &uri, headers: &headers, body: &body, source: source.ip() };
    let event = event::event(&request, &request_id);
    // In its own task, because the invocation continues when the client disconnects.
    let functions = Arc::clone(&gateway.functions);
    let invocation = tokio::spawn(async move { functions.invoke(&function, request_id, event).await });
    let result = invocation.await.unwrap_or(Err(InvokeError::Gone));
    let response = result.and_then(|response| response::http_response(&response).ok_or(InvokeError::NotJson));
    response.unwrap_or_else(|error| {
        tracing::info!(%method, path = uri.path(), %error, "the invocation has failed");
        match error {
            InvokeError::TimedOut { .. } => error_response(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
            InvokeError::UnknownFunction(_)
            | InvokeError::Start { .. }
            | InvokeError::Died { .. }
            | InvokeError::Failed(_)
            | InvokeError::NotJson
            | InvokeError::Gone => error_response(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        }
    })
}

/// Builds an error response with a body in API Gateway's form.
fn error_response(status: StatusCode, message: &str) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], json!({ "message": message }).to_string()).into_response()
}
