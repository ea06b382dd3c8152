//! Errors of requests to S3.

use std::error::Error;

type Cause = Box<dyn Error + Send + Sync>;

/// Why a request to S3 failed.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// S3 cannot be reached, or does not respond completely and in time. The request may have taken effect.
    #[error("S3 cannot be reached")]
    Unreachable(#[source] Cause),
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
    /// The request could not be built or signed.
    #[error("a request to S3 could not be built")]
    InvalidRequest(#[source] Cause),
}

impl MediaError {
    /// Returns whether the same request may succeed later.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failed { .. })
    }
}
