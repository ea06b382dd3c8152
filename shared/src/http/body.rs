//! JSON bodies of requests and responses, in place of axum's `Json`, whose rejections are plain text.

use super::access::Argument;
use super::input::{FromInput, Input};
use crate::domain::validation::ValidationError;
use crate::error::{Error, FieldError};
use crate::state::AppState;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use std::io::{self, Write};

/// The maximum size of a request body in bytes.
const MAX_BODY: usize = 256 * 1024;
/// The size in bytes that most responses fit in, such as a page of 20 products.
const USUAL_BYTES: usize = 8 * 1024;

/// A JSON body. As an argument it is parsed, and all invalid fields are reported at once.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T> Argument for Json<T> {}

impl<T: FromInput> FromRequest<AppState> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, shop: &AppState) -> Result<Self, Error> {
        if !has_media_type(request.headers(), "application/json") {
            return Err(Error::UnsupportedMediaType("application/json"));
        }
        let body = read_body(request.into_body()).await?;
        let json: &RawValue = serde_json::from_slice(&body).map_err(|error| Error::MalformedBody(error.to_string()))?;
        match T::from_input(&Input::body(json, shop.config.currency).with_default_country(&shop.config.country)) {
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
        let body = to_json(&self.0);
        body.map(|body| ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body)).into_response()
    }
}

/// Serializes the body of a response.
pub(super) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut serializer = serde_json::Serializer::new(Buffer(Vec::with_capacity(USUAL_BYTES)));
    match value.serialize(&mut serializer) {
        Ok(()) => Ok(serializer.into_inner().0),
        Err(error) => {
            tracing::error!(%error, "a response could not be serialized");
            Err(Error::System("a response could not be serialized"))
        }
    }
}

/// The bytes of a JSON text. Most of what `serde_json` writes is one byte, such as a quotation mark: with `Vec` alone each is
/// a call that copies a slice, because binaries are optimized for size.
struct Buffer(Vec<u8>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    #[inline(always)]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match bytes {
            [byte] => self.0.push(*byte),
            _ => self.0.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads the raw bytes of a body.
///
/// # Errors
/// [`Error::PayloadTooLarge`]
pub async fn read_body(body: Body) -> Result<Bytes, Error> {
    match to_bytes(body, MAX_BODY).await {
        Ok(body) => Ok(body),
        Err(_) => Err(Error::PayloadTooLarge),
    }
}

/// Returns whether the body has this media type, in UTF-8.
#[must_use]
pub fn has_media_type(headers: &HeaderMap, media_type: &str) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let is_of_type = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(media_type));
    is_of_type
        && parts.all(|parameter| {
            let parameter = parameter.replace('"', "").to_ascii_lowercase();
            !parameter.starts_with("charset=") || parameter == "charset=utf-8"
        })
}
