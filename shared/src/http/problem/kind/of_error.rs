//! Maps each error to the kind of its problem.

use super::{ProblemField, ProblemKind, ShortItem};
use crate::db;
use crate::domain::cart::UnpayableTotal;
use crate::error::{Error, FieldError};

impl From<&Error> for ProblemKind {
    #[expect(clippy::too_many_lines, reason = "one line for each error")]
    fn from(error: &Error) -> Self {
        match error {
            Error::MalformedBody(_) | Error::MalformedHeader { .. } => Self::MalformedRequest { errors: Vec::new() },
            Error::MalformedQuery(parameters) => Self::MalformedRequest { errors: fields(parameters) },
            Error::IdempotencyKeyRequired => Self::IdempotencyKeyRequired,
            Error::InvalidCursor => Self::InvalidCursor,
            Error::InvalidSignature => Self::InvalidSignature,
            Error::Unauthenticated => Self::Unauthenticated,
            Error::TokenExpired => Self::TokenExpired,
            Error::InvalidCredentials => Self::InvalidCredentials,
            Error::Forbidden => Self::Forbidden,
            Error::EmailNotVerified => Self::EmailNotVerified,
            Error::OriginNotAllowed => Self::OriginNotAllowed,
            Error::NotFound | Error::NoStorefront | Error::MailDisabled => Self::NotFound,
            Error::UnknownCart => Self::CartNotFound,
            Error::MethodNotAllowed => Self::MethodNotAllowed,
            Error::EmailTaken => Self::EmailTaken,
            Error::LastAdmin => Self::LastAdmin,
            Error::SkuTaken => Self::SkuTaken,
            Error::SlugTaken => Self::SlugTaken,
            Error::InsufficientStock(lines) => {
                Self::InsufficientStock { items: lines.iter().map(ShortItem::from).collect() }
            }
            Error::ProductUnavailable(skus) => Self::ProductUnavailable { skus: skus.clone() },
            Error::TotalChanged { actual } => Self::TotalChanged { total: *actual },
            Error::CartAlreadyOrdered(order) => Self::CartAlreadyOrdered { order_id: *order },
            Error::InvalidTransition(rejected) => {
                Self::InvalidTransition { order_status: rejected.from, allowed: rejected.allowed() }
            }
            Error::PaymentProcessing { reason } => Self::PaymentProcessing { reason: reason.clone() },
            Error::NotPaid => Self::OrderNotPaid,
            Error::RefundExceedsPaid { refundable } => Self::RefundExceedsPaid { refundable_amount: *refundable },
            Error::RefundRefused { reason } => Self::RefundRefused { reason: reason.clone() },
            Error::ShippingBlocked(block) => Self::OrderOnHold { reason: (*block).into() },
            Error::ImagesDisabled => Self::ImagesDisabled,
            Error::UploadChanged => Self::UploadChanged,
            Error::TooManyUnpaidOrders(orders) => Self::TooManyUnpaidOrders { order_ids: orders.clone() },
            Error::IdempotencyInProgress => Self::IdempotencyInProgress,
            Error::VersionMismatch => Self::VersionMismatch,
            Error::PayloadTooLarge => Self::PayloadTooLarge,
            Error::ImportTooLarge { max_products, max_bytes } => {
                Self::ImportTooLarge { max_products: *max_products, max_bytes: *max_bytes }
            }
            Error::UnusableFile(reason) => Self::UnusableFile { reason: reason.clone() },
            Error::UnsupportedMediaType(_) => Self::UnsupportedMediaType,
            Error::UnpayableTotal(total) => unpayable(total),
            Error::Validation(invalid) => Self::ValidationFailed { errors: fields(invalid) },
            Error::EmptyCart => Self::EmptyCart,
            Error::InvalidLink => Self::InvalidLink,
            Error::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            Error::RateLimited { .. } => Self::RateLimited,
            Error::SchemaOutdated { .. } => Self::NotReady,
            Error::DeadlineExceeded => Self::Unavailable,
            Error::Database(error) => failed_dependency(db::is_outage(error)),
            Error::Stripe(error) => failed_dependency(error.is_outage()),
            Error::Media(error) => failed_dependency(error.is_outage()),
            Error::Panicked
            | Error::NotConfigured(_)
            | Error::CurrencyChanged { .. }
            | Error::Overflow(_)
            | Error::Bson(_)
            | Error::Hash(_)
            | Error::Token(_)
            | Error::System(_) => Self::Internal,
        }
    }
}

const fn unpayable(total: &UnpayableTotal) -> ProblemKind {
    match total {
        UnpayableTotal::BelowMinimum { minimum } => ProblemKind::TotalBelowMinimum { minimum_total: *minimum },
        UnpayableTotal::AboveMaximum { .. } | UnpayableTotal::Indivisible => {
            ProblemKind::ValidationFailed { errors: Vec::new() }
        }
    }
}

const fn failed_dependency(is_outage: bool) -> ProblemKind {
    if is_outage { ProblemKind::Unavailable } else { ProblemKind::Internal }
}

fn fields(errors: &[FieldError]) -> Vec<ProblemField> {
    errors.iter().map(ProblemField::from).collect()
}
