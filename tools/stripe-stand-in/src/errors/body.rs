//! The status and the body of an error (<https://docs.stripe.com/api/errors>, <https://docs.stripe.com/error-codes>).

use super::{ApiError, ObjectRole};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

impl ApiError {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::MissingApiKey | Self::InvalidApiKey { .. } | Self::SecretKeyRequired => StatusCode::UNAUTHORIZED,
            Self::PermissionMissing { .. } => StatusCode::FORBIDDEN,
            Self::UnknownUrl { .. }
            | Self::ResourceMissing { role: ObjectRole::Subject, .. }
            | Self::OtherMode { role: ObjectRole::Subject, .. } => StatusCode::NOT_FOUND,
            Self::PaymentFailed { .. } | Self::Card { .. } | Self::RawCardNumber => StatusCode::PAYMENT_REQUIRED,
            Self::KeyInUse { .. } => StatusCode::CONFLICT,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::InvalidContentType
            | Self::UnknownParam { .. }
            | Self::MissingParam { .. }
            | Self::EmptyParam { .. }
            | Self::InvalidInteger { .. }
            | Self::InvalidBoolean { .. }
            | Self::BelowMinimum { .. }
            | Self::AboveMaximum { .. }
            | Self::InvalidParam { .. }
            | Self::InvalidChoice { .. }
            | Self::InvalidCurrency { .. }
            | Self::AmountTooSmall { .. }
            | Self::AmountTooLarge { .. }
            | Self::NotExpandable { .. }
            | Self::InvalidSearchQuery { .. }
            | Self::ResourceMissing { role: ObjectRole::Reference, .. }
            | Self::OtherMode { role: ObjectRole::Reference, .. }
            | Self::InvalidVersion { .. }
            | Self::ClientSecretMismatch
            | Self::UnexpectedState { .. }
            | Self::IncompatiblePaymentMethod { .. }
            | Self::MandateMissing
            | Self::MissingPaymentReference
            | Self::NoSuccessfulCharge { .. }
            | Self::RefundTooLarge { .. }
            | Self::ChargeAlreadyRefunded { .. }
            | Self::ChargeDisputed { .. }
            | Self::KeyReusedWithOtherParams { .. }
            | Self::KeyReusedForOtherEndpoint { .. }
            | Self::KeyTooLong { .. }
            | Self::Rejected { .. }
            | Self::InvalidControlRequest(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// Builds the body: `{"error": {...}}`.
    pub(crate) fn body(self) -> Value {
        let mut error = Map::new();
        error.insert("message".to_owned(), self.to_string().into());
        error.insert("type".to_owned(), self.kind().into());
        if let Some(code) = self.code() {
            error.insert("code".to_owned(), code.into());
            error.insert("doc_url".to_owned(), doc_url(code).into());
        }
        if let Some(param) = self.param() {
            error.insert("param".to_owned(), param.into());
        }
        match self {
            Self::UnexpectedState { intent, .. } => {
                error.insert("payment_intent".to_owned(), *intent);
            }
            Self::Card { decline, .. } => {
                error.extend(decline.decline_code.map(|code| ("decline_code".to_owned(), code.into())));
            }
            Self::PaymentFailed { details, intent, .. } => {
                if let Value::Object(details) = *details {
                    error.extend(details);
                }
                error.insert("payment_intent".to_owned(), *intent);
            }
            _ => {}
        }
        json!({ "error": error })
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::PaymentFailed { .. } | Self::Card { .. } => "card_error",
            Self::KeyReusedWithOtherParams { .. } | Self::KeyReusedForOtherEndpoint { .. } | Self::KeyInUse { .. } => {
                "idempotency_error"
            }
            Self::Internal => "api_error",
            _ => "invalid_request_error",
        }
    }

    fn code(&self) -> Option<&str> {
        match self {
            Self::Rejected { code, .. } => code.as_deref(),
            Self::SecretKeyRequired => Some("secret_key_required"),
            Self::UnknownParam { .. } => Some("parameter_unknown"),
            Self::MissingParam { .. } => Some("parameter_missing"),
            Self::EmptyParam { .. } => Some("parameter_invalid_empty"),
            Self::InvalidInteger { .. } | Self::BelowMinimum { .. } | Self::AboveMaximum { .. } => {
                Some("parameter_invalid_integer")
            }
            Self::AmountTooSmall { .. } => Some("amount_too_small"),
            Self::AmountTooLarge { .. } => Some("amount_too_large"),
            Self::ResourceMissing { .. } | Self::OtherMode { .. } => Some("resource_missing"),
            Self::Card { decline, .. } => Some(decline.code),
            Self::MandateMissing => Some("payment_intent_mandate_invalid"),
            Self::UnexpectedState { .. } => Some("payment_intent_unexpected_state"),
            Self::IncompatiblePaymentMethod { .. } => Some("payment_intent_incompatible_payment_method"),
            Self::ChargeAlreadyRefunded { .. } => Some("charge_already_refunded"),
            Self::ChargeDisputed { .. } => Some("charge_disputed"),
            Self::KeyInUse { .. } => Some("idempotency_key_in_use"),
            Self::RateLimited => Some("rate_limit"),
            _ => None,
        }
    }

    fn param(&self) -> Option<&str> {
        match self {
            Self::UnknownParam { param } | Self::InvalidInteger { param, .. } | Self::InvalidParam { param, .. } => {
                Some(param)
            }
            Self::MissingParam { param }
            | Self::EmptyParam { param }
            | Self::InvalidBoolean { param, .. }
            | Self::BelowMinimum { param, .. }
            | Self::AboveMaximum { param, .. }
            | Self::InvalidChoice { param, .. }
            | Self::ResourceMissing { param, .. }
            | Self::OtherMode { param, .. } => Some(param),
            Self::InvalidCurrency { .. } => Some("currency"),
            Self::AmountTooSmall { .. } | Self::AmountTooLarge { .. } | Self::RefundTooLarge { .. } => Some("amount"),
            Self::Card { param, .. } => Some(param).filter(|param| !param.is_empty()).copied(),
            Self::ClientSecretMismatch => Some("client_secret"),
            Self::IncompatiblePaymentMethod { .. } => Some("payment_method"),
            Self::NotExpandable { .. } => Some("expand"),
            Self::InvalidSearchQuery { .. } => Some("query"),
            _ => None,
        }
    }
}

/// Returns the URL of Stripe's page on an error code.
pub(crate) fn doc_url(code: &str) -> String {
    format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"))
}
