//! The kinds of problems: one for each code, with the members that only this kind has.

mod of_error;

use crate::domain::id::OrderId;
use crate::domain::money::Amount;
use crate::domain::order::{OrderStatus, ShippingBlock};
use crate::domain::sku::{Shortage, Sku};
use crate::error::FieldError;
use axum::http::StatusCode;
use serde::Serialize;
use strum::IntoStaticStr;
use utoipa::ToSchema;

/// What is wrong, for programs. Codes never change.
#[derive(Debug, Clone, Serialize, ToSchema, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[serde(tag = "code", rename_all = "snake_case")]
pub(super) enum ProblemKind {
    /// The query, a header or the body is malformed.
    MalformedRequest {
        /// All unknown or invalid query parameters.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        errors: Vec<ProblemField>,
    },
    /// The request needs an idempotency key.
    IdempotencyKeyRequired,
    /// The cursor is invalid for this list. Start at the first page.
    InvalidCursor,
    /// The signature of a webhook is invalid.
    InvalidSignature,
    /// The access token is missing or invalid.
    Unauthenticated,
    /// The access token has expired. Refresh the session.
    TokenExpired,
    /// The e-mail address, password or refresh token is wrong.
    InvalidCredentials,
    /// The user lacks the role.
    Forbidden,
    /// The page that sends the request may not use a session in a cookie.
    OriginNotAllowed,
    /// The resource does not exist, or belongs to another user.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// The e-mail address has an account.
    EmailTaken,
    /// The change would leave the shop without an administrator.
    LastAdmin,
    /// Another product has one of the SKUs.
    SkuTaken,
    /// Another product has, or once had, the slug.
    SlugTaken,
    /// One or more lines exceed the stock.
    InsufficientStock {
        /// The lines.
        items: Vec<ShortItem>,
    },
    /// Some variants do not exist or are not for sale.
    ProductUnavailable {
        /// Their SKUs.
        skus: Vec<Sku>,
    },
    /// The total differs from the one that the buyer expects. Show the new one, and ask.
    TotalChanged {
        /// The current total.
        total: Amount,
    },
    /// An earlier request has bought the cart.
    CartAlreadyOrdered {
        /// The order.
        order_id: OrderId,
    },
    /// The order cannot change to this status.
    InvalidTransition {
        /// The current status.
        order_status: OrderStatus,
        /// The statuses to which this user can change the order.
        allowed: Vec<OrderStatus>,
    },
    /// The payment is under way, so the order cannot be cancelled.
    PaymentProcessing {
        /// Why Stripe refuses to cancel the payment, if it was asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// An unpaid order cannot be refunded.
    OrderNotPaid,
    /// The refund exceeds what can be refunded.
    RefundExceedsPaid {
        /// The amount that can still be refunded.
        refundable_amount: Amount,
    },
    /// Stripe or the bank has rejected the refund.
    RefundRefused {
        /// Stripe's code for the reason, or its message.
        reason: String,
    },
    /// The order must not be shipped.
    OrderOnHold {
        /// Why.
        reason: HoldReason,
    },
    /// The shop stores no images. Use the URLs of images on other servers.
    ImagesDisabled,
    /// The upload was replaced while it was inspected. Complete it again.
    UploadChanged,
    /// The buyer has too many unpaid orders.
    TooManyUnpaidOrders {
        /// The unpaid orders.
        order_ids: Vec<OrderId>,
    },
    /// A request with this idempotency key, or for this cart, is in progress. Retry after `Retry-After`.
    IdempotencyInProgress,
    /// The resource has been modified since the version in `If-Match`.
    VersionMismatch,
    /// The body exceeds 256 KiB.
    PayloadTooLarge,
    /// The file has more bytes or products than one request can import. Split it, or use the command `ferrocart import`.
    ImportTooLarge {
        /// The maximum number of products.
        max_products: usize,
        /// The maximum size of the file in bytes.
        max_bytes: usize,
    },
    /// The file is no table of products.
    UnusableFile {
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// The operation does not accept this content type; most accept only `application/json`.
    UnsupportedMediaType,
    /// Some fields are invalid.
    ValidationFailed {
        /// All invalid fields. Empty if the total of the cart cannot be charged.
        errors: Vec<ProblemField>,
    },
    /// The total is less than the minimum of the shop.
    TotalBelowMinimum {
        /// The least total of an order that is not free.
        minimum_total: Amount,
    },
    /// The cart has no lines.
    EmptyCart,
    /// The idempotency key was used with another request.
    IdempotencyKeyReused,
    /// Too many attempts. Retry after `Retry-After`.
    RateLimited,
    /// An internal error. The logs have its cause under the request id.
    Internal,
    /// The shop, or a system that it depends on, is not responding. Retry after `Retry-After`.
    Unavailable,
    /// The database awaits the migration of this release. Retry after `Retry-After`.
    NotReady,
}

/// An invalid field or query parameter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ProblemField {
    /// A JSON pointer to the field, or the name of the parameter.
    pointer: String,
    /// The reason, for programs.
    code: &'static str,
    /// The reason, for people.
    message: String,
}

/// A line that exceeds the stock.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ShortItem {
    /// The SKU.
    sku: Sku,
    /// The requested quantity.
    requested: u32,
    /// The quantity in stock.
    available: u32,
}

/// Why an order must not be shipped.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum HoldReason {
    /// The payment is disputed.
    Disputed,
    /// The whole payment is refunded, or its refund is pending.
    Refunded,
    /// The order was restocked.
    Restocked,
}

impl ProblemKind {
    /// Returns the HTTP status.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::MalformedRequest { .. }
            | Self::IdempotencyKeyRequired
            | Self::InvalidCursor
            | Self::InvalidSignature => StatusCode::BAD_REQUEST,
            Self::Unauthenticated | Self::TokenExpired | Self::InvalidCredentials => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::OriginNotAllowed => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::EmailTaken
            | Self::LastAdmin
            | Self::SkuTaken
            | Self::SlugTaken
            | Self::InsufficientStock { .. }
            | Self::ProductUnavailable { .. }
            | Self::TotalChanged { .. }
            | Self::CartAlreadyOrdered { .. }
            | Self::InvalidTransition { .. }
            | Self::PaymentProcessing { .. }
            | Self::OrderNotPaid
            | Self::RefundExceedsPaid { .. }
            | Self::RefundRefused { .. }
            | Self::OrderOnHold { .. }
            | Self::ImagesDisabled
            | Self::UploadChanged
            | Self::TooManyUnpaidOrders { .. }
            | Self::IdempotencyInProgress => StatusCode::CONFLICT,
            Self::VersionMismatch => StatusCode::PRECONDITION_FAILED,
            Self::PayloadTooLarge | Self::ImportTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ValidationFailed { .. }
            | Self::UnusableFile { .. }
            | Self::TotalBelowMinimum { .. }
            | Self::EmptyCart
            | Self::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<&FieldError> for ProblemField {
    fn from(field: &FieldError) -> Self {
        Self { pointer: field.pointer.clone(), code: field.error.code, message: field.error.message.to_string() }
    }
}

impl From<&Shortage> for ShortItem {
    fn from(short: &Shortage) -> Self {
        Self { sku: short.sku.clone(), requested: short.requested, available: short.available }
    }
}

impl From<ShippingBlock> for HoldReason {
    fn from(block: ShippingBlock) -> Self {
        match block {
            ShippingBlock::Disputed => Self::Disputed,
            ShippingBlock::Refunded => Self::Refunded,
            ShippingBlock::Restocked => Self::Restocked,
        }
    }
}
