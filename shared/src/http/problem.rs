//! Problem details (RFC 9457): the one file that maps errors to statuses.

use crate::db;
use crate::domain::cart::UnpayableTotal;
use crate::domain::money::Amount;
use crate::error::{Error, FieldError, chain};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// The status and the code of an outage.
const UNAVAILABLE: (StatusCode, &str) = (StatusCode::SERVICE_UNAVAILABLE, "unavailable");

/// An error response.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A URI that identifies the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:ferrocart:problem:insufficient_stock")]
    kind: String,
    /// The reason phrase of the status.
    #[schema(example = "Conflict")]
    title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// A description for people.
    #[schema(example = "insufficient stock")]
    detail: String,
    /// The kind of problem, for programs. Codes never change.
    #[schema(example = "insufficient_stock")]
    code: &'static str,
    /// The id under which the logs have the request.
    request_id: String,
    /// All invalid fields or query parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
    /// With `refund_exceeds_paid`: the amount that can still be refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    refundable_amount: Option<Amount>,
    /// With `total_below_minimum`: the least total of an order that is not free.
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_total: Option<Amount>,
    /// Further members, depending on `code`.
    #[serde(flatten)]
    #[schema(additional_properties)]
    extensions: Map<String, Value>,
}

/// An invalid field or query parameter.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ProblemField {
    /// A JSON pointer to the field, or the name of the parameter.
    pointer: String,
    /// The reason, for programs.
    code: &'static str,
    /// The reason, for people.
    message: String,
}

/// An error on its way to the boundary, which adds the request id and writes the problem.
#[derive(Clone)]
pub(super) struct Failure(Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, _) = status_and_code(&self);
        let mut response = status.into_response();
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

/// Returns the error that a response was made from, if any.
pub(super) fn error_of(response: &Response) -> Option<&Error> {
    response.extensions().get::<Failure>().map(|Failure(error)| error.as_ref())
}

/// Writes the problem into a response that was made from an error, and logs server errors.
pub(super) fn write_problem(response: Response, request_id: &str) -> Response {
    let Some(Failure(error)) = response.extensions().get::<Failure>().cloned() else {
        return response;
    };
    let (status, code) = status_and_code(&error);
    if status.is_server_error() {
        let chain = chain(&error);
        tracing::error!(error = %error, chain, "the request failed");
    }
    let problem = Problem {
        kind: format!("urn:ferrocart:problem:{code}"),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail(&error, status),
        code,
        request_id: request_id.to_owned(),
        refundable_amount: refundable(&error),
        minimum_total: minimum_total(&error),
        errors: fields(&error).iter().map(ProblemField::from).collect(),
        extensions: extensions(&error),
    };
    let mut headers = response.headers().clone();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    add_headers(&mut headers, &error, status);
    (status, headers, serde_json::to_vec(&problem).unwrap_or_default()).into_response()
}

/// Returns the status and the code of an error.
fn status_and_code(error: &Error) -> (StatusCode, &'static str) {
    match error {
        Error::MalformedBody(_) | Error::MalformedQuery(_) | Error::MalformedHeader { .. } => {
            (StatusCode::BAD_REQUEST, "malformed_request")
        }
        Error::IdempotencyKeyRequired => (StatusCode::BAD_REQUEST, "idempotency_key_required"),
        Error::InvalidCursor => (StatusCode::BAD_REQUEST, "invalid_cursor"),
        Error::InvalidSignature => (StatusCode::BAD_REQUEST, "invalid_signature"),
        Error::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
        Error::TokenExpired => (StatusCode::UNAUTHORIZED, "token_expired"),
        Error::InvalidCredentials => (StatusCode::UNAUTHORIZED, "invalid_credentials"),
        Error::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        Error::NotFound => (StatusCode::NOT_FOUND, "not_found"),
        Error::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
        Error::EmailTaken => (StatusCode::CONFLICT, "email_taken"),
        Error::LastAdmin => (StatusCode::CONFLICT, "last_admin"),
        Error::SkuTaken => (StatusCode::CONFLICT, "sku_taken"),
        Error::InsufficientStock(_) => (StatusCode::CONFLICT, "insufficient_stock"),
        Error::ProductUnavailable(_) => (StatusCode::CONFLICT, "product_unavailable"),
        Error::TotalChanged { .. } => (StatusCode::CONFLICT, "total_changed"),
        Error::CartAlreadyOrdered(_) => (StatusCode::CONFLICT, "cart_already_ordered"),
        Error::InvalidTransition(_) => (StatusCode::CONFLICT, "invalid_transition"),
        Error::PaymentProcessing { .. } => (StatusCode::CONFLICT, "payment_processing"),
        Error::NotPaid => (StatusCode::CONFLICT, "order_not_paid"),
        Error::RefundExceedsPaid { .. } => (StatusCode::CONFLICT, "refund_exceeds_paid"),
        Error::RefundRefused { .. } => (StatusCode::CONFLICT, "refund_refused"),
        Error::ShippingBlocked(_) => (StatusCode::CONFLICT, "order_on_hold"),
        Error::ImagesDisabled => (StatusCode::CONFLICT, "images_disabled"),
        Error::UploadChanged => (StatusCode::CONFLICT, "upload_changed"),
        Error::TooManyUnpaidOrders(_) => (StatusCode::CONFLICT, "too_many_unpaid_orders"),
        Error::IdempotencyInProgress => (StatusCode::CONFLICT, "idempotency_in_progress"),
        Error::VersionMismatch => (StatusCode::PRECONDITION_FAILED, "version_mismatch"),
        Error::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"),
        Error::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
        Error::UnpayableTotal(UnpayableTotal::BelowMinimum { .. }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "total_below_minimum")
        }
        Error::Validation(_)
        | Error::UnpayableTotal(UnpayableTotal::AboveMaximum { .. } | UnpayableTotal::Indivisible) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "validation_failed")
        }
        Error::EmptyCart => (StatusCode::UNPROCESSABLE_ENTITY, "empty_cart"),
        Error::IdempotencyKeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
        Error::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
        Error::SchemaOutdated { .. } => (StatusCode::SERVICE_UNAVAILABLE, "not_ready"),
        Error::DeadlineExceeded => UNAVAILABLE,
        Error::Database(error) if db::is_outage(error) => UNAVAILABLE,
        Error::Stripe(error) if error.is_outage() => UNAVAILABLE,
        Error::Media(error) if error.is_outage() => UNAVAILABLE,
        Error::Panicked
        | Error::NotConfigured(_)
        | Error::CurrencyChanged { .. }
        | Error::Overflow(_)
        | Error::Database(_)
        | Error::Bson(_)
        | Error::Stripe(_)
        | Error::Media(_)
        | Error::Hash(_)
        | Error::Token(_)
        | Error::System(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

/// Returns the members that only problems of the error's code have.
fn extensions(error: &Error) -> Map<String, Value> {
    let (name, value) = match error {
        Error::InsufficientStock(shortages) => {
            let items = shortages.iter().map(|short| {
                json!({ "sku": short.sku.as_str(), "requested": short.requested, "available": short.available })
            });
            ("items", items.collect())
        }
        Error::ProductUnavailable(skus) => ("skus", skus.iter().map(|sku| json!(sku.as_str())).collect()),
        Error::CartAlreadyOrdered(order) => ("order_id", json!(order.to_string())),
        Error::TooManyUnpaidOrders(orders) => {
            ("order_ids", orders.iter().map(|order| json!(order.to_string())).collect())
        }
        Error::PaymentProcessing { reason: Some(reason) } | Error::RefundRefused { reason } => {
            ("reason", json!(reason))
        }
        Error::ShippingBlocked(block) => ("reason", json!(block.as_str())),
        _ => return Map::new(),
    };
    Map::from_iter([(name.to_owned(), value)])
}

/// Returns the description for clients. It reveals nothing about the inside.
fn detail(error: &Error, status: StatusCode) -> String {
    if status == StatusCode::SERVICE_UNAVAILABLE {
        "the shop or a system that it depends on is not responding; retry later".to_owned()
    } else if status.is_server_error() {
        "an internal error has occurred; the logs have its cause under the request id".to_owned()
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

/// Returns the refundable amount as an [`Amount`]: as a [`Value`] it would become a float.
fn refundable(error: &Error) -> Option<Amount> {
    match error {
        Error::RefundExceedsPaid { refundable } => Some(*refundable),
        _ => None,
    }
}

fn minimum_total(error: &Error) -> Option<Amount> {
    match error {
        Error::UnpayableTotal(UnpayableTotal::BelowMinimum { minimum }) => Some(*minimum),
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
