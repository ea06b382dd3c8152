//! JSON in and out, in place of axum's `Json`, whose rejections are plain text.

use super::endpoints::Argument;
use super::input::{FromInput, Input};
use crate::domain::validation::ValidationError;
use crate::error::{Error, FieldError};
use crate::state::AppState;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 256 * 1024;

/// A body in JSON. As an argument it is parsed, or refused with every bad field named.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T> Argument for Json<T> {}

impl<T: FromInput> FromRequest<AppState> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, shop: &AppState) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::UnsupportedMediaType);
        }
        let body = read_body(request).await?;
        let json: &RawValue = serde_json::from_slice(&body).map_err(|error| Error::MalformedBody(error.to_string()))?;
        match T::from_input(&Input::body(json, shop.config.currency)) {
            Ok(value) => Ok(Self(value)),
            Err(mut errors) => {
                if errors.is_empty() {
                    let error = ValidationError::new("invalid", "is invalid");
                    errors.push(FieldError { pointer: String::new(), error });
                }
                Err(Error::Validation(errors))
            }
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written");
                Error::System("an answer could not be written").into_response()
            }
        }
    }
}

/// Reads a whole body, as the bytes that were sent.
///
/// # Errors
/// [`Error::PayloadTooLarge`]
pub async fn read_body(request: Request) -> Result<Bytes, Error> {
    match to_bytes(request.into_body(), MAX_BODY).await {
        Ok(body) => Ok(body),
        Err(_) => Err(Error::PayloadTooLarge),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    json && parts.all(|parameter| {
        let parameter = parameter.replace('"', "").to_ascii_lowercase();
        !parameter.starts_with("charset=") || parameter == "charset=utf-8"
    })
}
