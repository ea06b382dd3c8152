//! Problem details (RFC 9457): the one file that turns errors into statuses.

use crate::db;
use crate::domain::money::Amount;
use crate::error::{Error, FieldError, chain};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// An answer that says what went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A URI that names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:ferrocart:problem:insufficient_stock")]
    kind: String,
    /// The status in words.
    #[schema(example = "Conflict")]
    title: String,
    /// The status.
    #[schema(example = 409)]
    status: u16,
    /// What happened, for people.
    #[schema(example = "there is not enough in stock")]
    detail: String,
    /// What happened, for programs; it never changes.
    #[schema(example = "insufficient_stock")]
    code: &'static str,
    /// By which the request is found in the logs.
    request_id: String,
    /// Each field that was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
    /// With `refund_exceeds_paid`: what is left to be refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    refundable_amount: Option<Amount>,
    /// What else belongs to this code.
    #[serde(flatten)]
    #[schema(additional_properties)]
    more: Map<String, Value>,
}

/// A field that was refused.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ProblemField {
    /// A JSON pointer to it, or the name of a parameter.
    pointer: String,
    /// Why, for programs.
    code: &'static str,
    /// Why, for people.
    message: String,
}

/// An error on its way to the boundary, which knows the request's id and writes the answer.
#[derive(Clone)]
pub(super) struct Failure(Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = status(&self).into_response();
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

/// The error that a response was made of, if any.
pub(super) fn error_of(response: &Response) -> Option<&Error> {
    response.extensions().get::<Failure>().map(|Failure(error)| error.as_ref())
}

/// Writes the problem into a response that an error has made, and logs what is our fault.
pub(super) fn describe(response: Response, request_id: &str) -> Response {
    let Some(Failure(error)) = response.extensions().get::<Failure>().cloned() else {
        return response;
    };
    let status = response.status();
    if status.is_server_error() {
        let chain = chain(&error);
        tracing::error!(error = %error, chain, "the request failed");
    }
    let (code, more) = code(&error);
    let problem = Problem {
        kind: format!("urn:ferrocart:problem:{code}"),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail(&error, status),
        code,
        request_id: request_id.to_owned(),
        refundable_amount: refundable(&error),
        errors: fields(&error).iter().map(ProblemField::from).collect(),
        more,
    };
    let mut headers = response.headers().clone();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    add_headers(&mut headers, &error, status);
    (status, headers, serde_json::to_vec(&problem).unwrap_or_default()).into_response()
}

fn status(error: &Error) -> StatusCode {
    match error {
        Error::MalformedBody(_)
        | Error::MalformedQuery(_)
        | Error::MalformedHeader { .. }
        | Error::InvalidCursor
        | Error::InvalidSignature => StatusCode::BAD_REQUEST,
        Error::Unauthenticated | Error::TokenExpired | Error::InvalidCredentials => StatusCode::UNAUTHORIZED,
        Error::Forbidden => StatusCode::FORBIDDEN,
        Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Error::EmailTaken
        | Error::LastAdmin
        | Error::SkuTaken
        | Error::InsufficientStock(_)
        | Error::ProductUnavailable(_)
        | Error::TotalChanged { .. }
        | Error::CartAlreadyOrdered(_)
        | Error::InvalidTransition(_)
        | Error::NotPaid
        | Error::RefundExceedsPaid { .. }
        | Error::RefundRefused { .. }
        | Error::ShippingBlocked(_)
        | Error::UploadChanged
        | Error::IdempotencyInProgress => StatusCode::CONFLICT,
        Error::VersionMismatch => StatusCode::PRECONDITION_FAILED,
        Error::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Error::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Error::Validation(_) | Error::EmptyCart | Error::IdempotencyKeyReused | Error::TotalTooLarge => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Error::DeadlineExceeded => StatusCode::SERVICE_UNAVAILABLE,
        Error::Database(error) if db::is_outage(error) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Stripe(error) if error.is_outage() => StatusCode::SERVICE_UNAVAILABLE,
        Error::Media(error) if error.is_outage() => StatusCode::SERVICE_UNAVAILABLE,
        Error::Panicked
        | Error::NotConfigured(_)
        | Error::Overflow(_)
        | Error::Database(_)
        | Error::Bson(_)
        | Error::Stripe(_)
        | Error::Media(_)
        | Error::Hash(_)
        | Error::Token(_)
        | Error::System(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn code(error: &Error) -> (&'static str, Map<String, Value>) {
    let plain = match error {
        Error::InsufficientStock(shortages) => {
            let items = shortages.iter().map(|short| {
                json!({ "sku": short.sku.as_str(), "requested": short.requested, "available": short.available })
            });
            return ("insufficient_stock", Map::from_iter([("items".to_owned(), items.collect())]));
        }
        Error::CartAlreadyOrdered(id) => {
            return ("cart_already_ordered", Map::from_iter([("order_id".to_owned(), json!(id.to_string()))]));
        }
        Error::ProductUnavailable(skus) => {
            let skus = skus.iter().map(|sku| json!(sku.as_str())).collect();
            return ("product_unavailable", Map::from_iter([("skus".to_owned(), skus)]));
        }
        Error::RefundRefused { reason } => {
            return ("refund_refused", Map::from_iter([("reason".to_owned(), json!(reason))]));
        }
        Error::ShippingBlocked(block) => {
            return ("order_on_hold", Map::from_iter([("reason".to_owned(), json!(block.as_str()))]));
        }
        Error::NotPaid => "order_not_paid",
        Error::RefundExceedsPaid { .. } => "refund_exceeds_paid",
        Error::MalformedBody(_) | Error::MalformedQuery(_) | Error::MalformedHeader { .. } => "malformed_request",
        Error::InvalidCursor => "invalid_cursor",
        Error::InvalidSignature => "invalid_signature",
        Error::Unauthenticated => "unauthenticated",
        Error::TokenExpired => "token_expired",
        Error::InvalidCredentials => "invalid_credentials",
        Error::Forbidden => "forbidden",
        Error::RateLimited { .. } => "rate_limited",
        Error::NotFound => "not_found",
        Error::MethodNotAllowed => "method_not_allowed",
        Error::EmailTaken => "email_taken",
        Error::LastAdmin => "last_admin",
        Error::SkuTaken => "sku_taken",
        Error::TotalChanged { .. } => "total_changed",
        Error::InvalidTransition(_) => "invalid_transition",
        Error::IdempotencyInProgress => "idempotency_in_progress",
        Error::IdempotencyKeyReused => "idempotency_key_reused",
        Error::UploadChanged => "upload_changed",
        Error::VersionMismatch => "version_mismatch",
        Error::PayloadTooLarge => "payload_too_large",
        Error::UnsupportedMediaType => "unsupported_media_type",
        Error::Validation(_) | Error::TotalTooLarge => "validation_failed",
        Error::EmptyCart => "empty_cart",
        Error::DeadlineExceeded => "unavailable",
        Error::Database(error) if db::is_outage(error) => "unavailable",
        Error::Stripe(error) if error.is_outage() => "unavailable",
        Error::Media(error) if error.is_outage() => "unavailable",
        Error::Panicked
        | Error::NotConfigured(_)
        | Error::Overflow(_)
        | Error::Database(_)
        | Error::Bson(_)
        | Error::Stripe(_)
        | Error::Media(_)
        | Error::Hash(_)
        | Error::Token(_)
        | Error::System(_) => "internal",
    };
    (plain, Map::new())
}

/// What happened, in words that say nothing of the inside.
fn detail(error: &Error, status: StatusCode) -> String {
    if status == StatusCode::SERVICE_UNAVAILABLE {
        "a system that the shop depends on does not answer; try again in a moment".to_owned()
    } else if status.is_server_error() {
        "something went wrong on our side; the request id helps us find out what".to_owned()
    } else {
        error.to_string()
    }
}

fn fields(error: &Error) -> &[FieldError] {
    match error {
        Error::Validation(fields) | Error::MalformedQuery(fields) => fields,
        _ => &[],
    }
}

/// An amount keeps its type to the end: in a map of JSON's values it would be a float.
fn refundable(error: &Error) -> Option<Amount> {
    match error {
        Error::RefundExceedsPaid { refundable } => Some(*refundable),
        _ => None,
    }
}

fn add_headers(headers: &mut HeaderMap, error: &Error, status: StatusCode) {
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let wait = match error {
        Error::RateLimited { retry_after } => *retry_after,
        Error::IdempotencyInProgress => 1,
        _ if status == StatusCode::SERVICE_UNAVAILABLE => 2,
        _ => return,
    };
    headers.insert(RETRY_AFTER, HeaderValue::from(wait));
}

impl From<&FieldError> for ProblemField {
    fn from(field: &FieldError) -> Self {
        Self { pointer: field.pointer.clone(), code: field.error.code, message: field.error.message.to_string() }
    }
}
