//! Why a value was refused when it was parsed.

use std::borrow::Cow;

/// A value that a newtype of the domain does not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValidationError {
    /// Stable and in `snake_case`, for programs.
    pub code: &'static str,
    /// One sentence for people. It never repeats the value, which may be a secret.
    pub message: Cow<'static, str>,
}

impl ValidationError {
    /// A refusal with its code and its sentence.
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }
}
