//! Errors of requests to Stripe.

use serde::Deserialize;

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
        /// Stripe's error code, or its error type if there is no code.
        code: String,
    },
    /// Stripe is overloaded, has an internal error, or is processing another request with the same idempotency key.
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
        matches!(self, Self::Unreachable(_) | Self::Failed { .. })
    }

    /// Returns whether Stripe rejected the request itself and not its credentials, so that a repetition would be
    /// rejected as well.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Rejected { status: 400 | 402 | 404, .. })
    }

    /// Returns whether this is a stored server error: the request has taken effect or not, and no repetition with this
    /// idempotency key changes that.
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        matches!(self, Self::Failed { stored: true, .. })
    }

    /// Returns Stripe's error code; `unknown` if it has not rejected the request.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Rejected { code, .. } => code,
            Self::Unreachable(_) | Self::Failed { .. } | Self::InvalidResponse(_) => "unknown",
        }
    }

    /// Returns whether the object of the request does not exist at Stripe.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Rejected { code, .. } if code == "resource_missing")
    }

    /// Creates the error from an error response.
    pub(super) fn from_response(status: u16, replayed: bool, body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct ErrorBody {
            error: Details,
        }
        #[derive(Deserialize)]
        struct Details {
            #[serde(rename = "type")]
            kind: String,
            code: Option<String>,
        }
        // 409: a request with the same idempotency key is in progress. 429: too many requests.
        if status >= 500 || status == 409 || status == 429 {
            return Self::Failed { status, stored: replayed && status >= 500 };
        }
        match serde_json::from_slice::<ErrorBody>(body) {
            Ok(ErrorBody { error }) => Self::Rejected { status, code: error.code.unwrap_or(error.kind) },
            Err(_) => Self::Rejected { status, code: "unknown".to_owned() },
        }
    }
}
