//! Headers that a call understands.

use crate::error::Error;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;

/// `Idempotency-Key`: 1 to 255 visible ASCII characters that a client makes anew for each try to buy.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Error> {
        let name = "Idempotency-Key";
        let Some(value) = only_value(&parts.headers, name)? else {
            return Ok(None);
        };
        let visible = value.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (1..=255).contains(&value.len()) {
            Ok(Some(Self(value.to_owned())))
        } else {
            Err(Error::MalformedHeader { name, reason: "must have 1 to 255 visible ASCII characters" })
        }
    }
}

/// `If-Match`: the version that a client has seen.
#[derive(Debug, Clone, Copy)]
pub enum IfMatch {
    /// Any version will do.
    Any,
    /// This one; `None` for a tag that no version of ours has.
    Version(Option<i64>),
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(match only_value(&parts.headers, IF_MATCH.as_str())? {
            None | Some("*") => Self::Any,
            Some(tag) => {
                let quoted = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
                Self::Version(quoted.and_then(|version| version.parse().ok()))
            }
        })
    }
}

/// The value of a header that makes sense once only.
///
/// # Errors
/// [`Error::MalformedHeader`] when it is there twice, or is not ASCII.
pub fn only_value<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Error> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Error::MalformedHeader { name, reason: "must be ASCII" }),
        },
        (Some(_), Some(_)) => Err(Error::MalformedHeader { name, reason: "must be there once" }),
    }
}
