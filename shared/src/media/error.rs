//! How a call to S3 can fail.

use crate::aws::Unsigned;

/// How a call to S3 can fail.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// It does not answer, or not in time: the call may have taken effect.
    #[error("S3 cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    /// It says no: the role lacks a right, or there is no such bucket.
    #[error("S3 refused with status {status}: {code}")]
    Refused {
        /// HTTP's status.
        status: u16,
        /// Its kind of error.
        code: String,
    },
    /// It is overloaded or broken.
    #[error("S3 failed with status {status}: {code}")]
    Failed {
        /// HTTP's status.
        status: u16,
        /// Its kind of error.
        code: String,
    },
    /// What it says cannot be understood.
    #[error("S3's answer has no {0}")]
    Unreadable(&'static str),
    /// The call could not be signed.
    #[error("a call to S3 could not be signed")]
    Unsigned(#[from] Unsigned),
}

impl MediaError {
    /// Whether the same call may work later.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failed { .. })
    }

    /// What an answer says that is no success.
    pub(super) fn of(status: u16, body: &[u8]) -> Self {
        let code = code(body);
        if status == 429 || status >= 500 || code == "InternalError" || code == "SlowDown" {
            Self::Failed { status, code }
        } else {
            Self::Refused { status, code }
        }
    }
}

/// Of a refusal, its kind: `<Error><Code>NoSuchBucket</Code>..`.
pub(super) fn code(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or_else(|| "unknown".to_owned(), |(code, _)| code.to_owned())
}
