//! Errors of requests to S3.

use crate::aws::SignError;

/// Why a request to S3 failed.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// S3 cannot be reached, or does not respond in time. The request may have taken effect.
    #[error("S3 cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    /// S3 rejected the request: the role lacks a permission, or the bucket does not exist.
    #[error("S3 rejected the request with status {status}: {code}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The error code of S3.
        code: String,
    },
    /// S3 is overloaded, or has an internal error.
    #[error("S3 failed with status {status}: {code}")]
    Failed {
        /// The HTTP status.
        status: u16,
        /// The error code of S3.
        code: String,
    },
    /// A header is missing in a response.
    #[error("the response of S3 has no valid {0}")]
    InvalidResponse(&'static str),
    /// The request could not be signed.
    #[error("a request to S3 could not be signed")]
    Sign(#[from] SignError),
}

impl MediaError {
    /// Returns whether the same request may succeed later.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failed { .. })
    }

    /// Creates the error from an error response.
    pub(super) fn from_response(status: u16, body: &[u8]) -> Self {
        let code = code(body);
        if status == 429 || status >= 500 || code == "InternalError" || code == "SlowDown" {
            Self::Failed { status, code }
        } else {
            Self::Rejected { status, code }
        }
    }
}

/// Returns the code of an error response: `<Error><Code>NoSuchBucket</Code>..`.
pub(super) fn code(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or_else(|| "unknown".to_owned(), |(code, _)| code.to_owned())
}
