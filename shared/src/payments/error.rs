//! How a call to Stripe can fail.

use serde::Deserialize;

/// How a call to Stripe can fail.
#[derive(Debug, thiserror::Error)]
pub enum StripeError {
    /// It does not answer, or not in time: the call may have taken effect.
    #[error("Stripe cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    /// It says no.
    #[error("Stripe refused with status {status}: {code}")]
    Refused {
        /// HTTP's status.
        status: u16,
        /// Stripe's code, or its kind of error where it has none.
        code: String,
    },
    /// It is overloaded or broken.
    #[error("Stripe failed with status {status}")]
    Failed {
        /// HTTP's status.
        status: u16,
        /// Whether it has answered so before, to a call with the same idempotency key, and will
        /// for a day.
        stored: bool,
    },
    /// What it says cannot be understood.
    #[error("Stripe's answer cannot be understood")]
    Unreadable(#[source] serde_json::Error),
}

impl StripeError {
    /// Whether the same call may work later.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failed { .. })
    }

    /// Whether the same call would be answered in the same way, because it says no to what was
    /// asked, and not to who asked.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Refused { status: 400 | 402 | 404, .. })
    }

    /// Whether Stripe repeats an answer that says that it broke: the call is over, has taken effect
    /// or not, and never will under this idempotency key.
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        matches!(self, Self::Failed { stored: true, .. })
    }

    /// Stripe's code of what it refuses.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Unreachable(_) | Self::Failed { .. } | Self::Unreadable(_) => "unknown",
        }
    }

    /// Whether Stripe does not know what the call was about.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "resource_missing")
    }

    /// Makes the error out of an answer that is no success.
    pub(super) fn of(status: u16, replayed: bool, body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Answer {
            error: Details,
        }
        #[derive(Deserialize)]
        struct Details {
            #[serde(rename = "type")]
            kind: String,
            code: Option<String>,
        }
        // 409: another call with the same idempotency key is at work. 429: too many calls.
        if status >= 500 || status == 409 || status == 429 {
            return Self::Failed { status, stored: replayed && status >= 500 };
        }
        match serde_json::from_slice::<Answer>(body) {
            Ok(Answer { error }) => Self::Refused { status, code: error.code.unwrap_or(error.kind) },
            Err(_) => Self::Refused { status, code: "unknown".to_owned() },
        }
    }
}
