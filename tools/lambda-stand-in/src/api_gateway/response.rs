//! Converts a function's response to an HTTP response.

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, SET_COOKIE, TRANSFER_ENCODING};
use axum::http::{HeaderName, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Headers that the HTTP server sets itself.
const CONNECTION_HEADERS: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionResponse {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Converts a response of payload format 2.0; `None` if it is malformed.
pub(crate) fn http_response(payload: &[u8]) -> Option<Response<Body>> {
    let payload: FunctionResponse = serde_json::from_slice(payload).ok()?;
    let mut response = Response::builder().status(payload.status_code);
    for (name, value) in &payload.headers {
        if !CONNECTION_HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header.as_str())) {
            response = response.header(name, value);
        }
    }
    for cookie in &payload.cookies {
        response = response.header(SET_COOKIE, cookie);
    }
    let body = payload.body.unwrap_or_default();
    let body = if payload.is_base64_encoded { STANDARD.decode(body).ok()? } else { body.into_bytes() };
    response.body(body.into()).ok()
}
