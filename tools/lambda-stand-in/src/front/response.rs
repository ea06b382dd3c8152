//! A function's answer as an HTTP response.

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, SET_COOKIE, TRANSFER_ENCODING};
use axum::http::{HeaderName, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the connection itself decides.
const OF_THE_CONNECTION: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// The response that an answer stands for; `None` when it stands for none.
pub(crate) fn response(answer: &[u8]) -> Option<Response<Body>> {
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    let mut response = Response::builder().status(answer.status_code);
    for (name, value) in &answer.headers {
        if !OF_THE_CONNECTION.iter().any(|other| name.eq_ignore_ascii_case(other.as_str())) {
            response = response.header(name, value);
        }
    }
    for cookie in &answer.cookies {
        response = response.header(SET_COOKIE, cookie);
    }
    let body = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded { STANDARD.decode(body).ok()? } else { body.into_bytes() };
    response.body(body.into()).ok()
}
