//! Errors of requests to Stripe.

use crate::domain::payment::PaymentFailure;
use serde::Deserialize;
use std::time::Duration;

/// Why a request to Stripe failed.
#[derive(Debug, thiserror::Error)]
pub enum StripeError {
    /// Stripe cannot be reached, or does not respond in time. The request may have taken effect.
    #[error("Stripe cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    /// Stripe rejected the request.
    #[error("Stripe rejected the request with status {status}: {code}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// Stripe's error type, such as `invalid_request_error`.
        kind: String,
        /// Stripe's error code, or its error type if there is no code.
        code: String,
        /// Stripe's description of the error.
        message: Option<String>,
    },
    /// Stripe received too many requests (429).
    #[error("Stripe received too many requests")]
    RateLimited {
        /// How long Stripe asks to wait, if it says so.
        retry_after: Option<Duration>,
    },
    /// Stripe has an internal error, or is processing another request with the same idempotency key.
    #[error("Stripe failed with status {status}")]
    Failed {
        /// The HTTP status.
        status: u16,
        /// Whether this is the stored response to an earlier request with the same idempotency key. Stripe repeats it
        /// for a day.
        stored: bool,
    },
    /// The response could not be parsed.
    #[error("the response of Stripe is malformed")]
    InvalidResponse(#[source] serde_json::Error),
}

impl StripeError {
    /// Returns whether the same request may succeed later.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failed { .. } | Self::RateLimited { .. })
    }

    /// Returns whether Stripe rejected the request itself and not its credentials, so that a repetition would be
    /// rejected as well.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Rejected { status: 400 | 402 | 404, .. })
    }

    /// Returns whether no repetition with this idempotency key can succeed: its stored response is a server error, or it
    /// was used with other parameters. An earlier request with it has taken effect or not.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        match self {
            Self::Failed { stored, .. } => *stored,
            Self::Rejected { kind, .. } => kind == "idempotency_error",
            Self::Unreachable(_) | Self::RateLimited { .. } | Self::InvalidResponse(_) => false,
        }
    }

    /// Returns whether Stripe rejected the API key: it is invalid (401) or lacks a permission (403).
    #[must_use]
    pub const fn is_key_rejected(&self) -> bool {
        matches!(self, Self::Rejected { status: 401 | 403, .. })
    }

    /// Returns why the payment cannot be made, if Stripe rejected its parameters: a repetition would be rejected as well.
    #[must_use]
    pub fn payment_failure(&self) -> Option<PaymentFailure> {
        match self {
            Self::Rejected { kind, code, message, .. } if self.is_final() && kind == "invalid_request_error" => {
                Some(PaymentFailure::new(code, message.as_deref().unwrap_or(code)))
            }
            _ => None,
        }
    }

    /// Returns the reason of a rejection: Stripe's error code, or its message if there is no code; `unknown` if Stripe
    /// has not rejected the request. Messages about API keys quote them in part and are not returned.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Rejected { kind, code, message: Some(message), .. } if self.is_final() && kind == code => message,
            Self::Rejected { code, .. } => code,
            Self::Unreachable(_) | Self::Failed { .. } | Self::RateLimited { .. } | Self::InvalidResponse(_) => {
                "unknown"
            }
        }
    }

    /// Returns Stripe's description of a rejection; the code if there is none.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Rejected { message: Some(message), .. } if self.is_final() => message,
            other => other.reason(),
        }
    }

    /// Returns whether the object of the request does not exist at Stripe.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Rejected { code, .. } if code == "resource_missing")
    }

    /// Creates the error from an error response.
    pub(super) fn from_response(status: u16, replayed: bool, retry_after: Option<Duration>, body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct ErrorBody {
            error: Details,
        }
        #[derive(Deserialize)]
        struct Details {
            #[serde(rename = "type")]
            kind: String,
            code: Option<String>,
            message: Option<String>,
        }
        if status == 429 {
            return Self::RateLimited { retry_after };
        }
        // 409: a request with the same idempotency key is in progress.
        if status >= 500 || status == 409 {
            return Self::Failed { status, stored: replayed && status >= 500 };
        }
        match serde_json::from_slice::<ErrorBody>(body) {
            Ok(ErrorBody { error: Details { kind, code, message } }) => {
                let code = code.unwrap_or_else(|| kind.clone());
                Self::Rejected { status, kind, code, message }
            }
            Err(_) => Self::Rejected { status, kind: "unknown".to_owned(), code: "unknown".to_owned(), message: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StripeError;
    use serde_json::{Value, json};

    fn rejected(status: u16, error: &Value) -> StripeError {
        let body = json!({ "error": error }).to_string();
        StripeError::from_response(status, false, None, body.as_bytes())
    }

    #[test]
    fn a_rejection_without_a_code_is_explained_by_its_message() {
        let message = "Refund amount ($20.00) is greater than unrefunded amount on charge ($10.00)";
        let error = rejected(400, &json!({ "type": "invalid_request_error", "message": message }));
        assert_eq!(error.reason(), message);
        let error =
            rejected(400, &json!({ "type": "invalid_request_error", "code": "charge_disputed", "message": "No" }));
        assert_eq!(error.reason(), "charge_disputed");
    }

    #[test]
    fn only_final_rejections_are_explained_by_their_message() {
        for (status, message) in [(400, "No such charge"), (429, "unknown"), (403, "more_permissions_required")] {
            let error = json!({
                "type": "invalid_request_error", "code": "more_permissions_required", "message": "No such charge",
            });
            assert_eq!(rejected(status, &error).message(), message, "{status}");
        }
    }

    #[test]
    fn a_rejected_key_is_neither_quoted_nor_the_fault_of_a_payment() {
        for status in [401, 403] {
            let error = rejected(status, &json!({ "type": "invalid_request_error", "message": "the key rk_*" }));
            assert!(error.is_key_rejected() && !error.is_final() && !error.is_outage());
            assert_eq!((error.reason(), error.payment_failure()), ("invalid_request_error", None));
        }
    }

    #[test]
    fn rejected_parameters_fail_the_payment() {
        let error = json!({ "type": "invalid_request_error", "code": "amount_too_small", "message": "too small" });
        let failure = rejected(400, &error).payment_failure().unwrap();
        assert_eq!((failure.code.as_str(), failure.message.as_str()), ("amount_too_small", "too small"));
        let reused = rejected(400, &json!({ "type": "idempotency_error", "message": "other parameters" }));
        assert!(reused.is_stored() && reused.payment_failure().is_none());
    }

    #[test]
    fn too_many_requests_are_an_outage() {
        let error = StripeError::from_response(429, true, Some(std::time::Duration::from_secs(7)), b"");
        assert!(error.is_outage() && !error.is_stored() && !error.is_final());
    }
}
