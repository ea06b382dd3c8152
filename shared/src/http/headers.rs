//! Request headers: `Idempotency-Key`, `If-Match`, and headers that must not be repeated.

use super::access::Argument;
use crate::domain::idempotency_key::IdempotencyKey;
use crate::domain::validation::ValidationError;
use crate::error::Error;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;

impl Argument for IdempotencyKey {}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Error> {
        let name = "Idempotency-Key";
        let Some(value) = single_header(&parts.headers, name)? else {
            return Ok(None);
        };
        match value.parse() {
            Ok(key) => Ok(Some(key)),
            Err(ValidationError { .. }) => {
                Err(Error::MalformedHeader { name, reason: "must have 1 to 255 visible ASCII characters" })
            }
        }
    }
}

/// `If-Match`: the versions of a resource for which the client requests the change.
#[derive(Debug, Clone)]
pub enum IfMatch {
    /// Any version.
    Any,
    /// One of these, of which there may be none: tags that no version can have are ignored.
    OneOf(Vec<i64>),
}

impl IfMatch {
    /// Returns the matching versions; `None` for any.
    #[must_use]
    pub fn versions(&self) -> Option<&[i64]> {
        match self {
            Self::Any => None,
            Self::OneOf(versions) => Some(versions),
        }
    }

    /// Parses the lines of the header. A weak tag counts like a strong one, although RFC 9110, section 13.1.1, requires strong
    /// comparison: CloudFront weakens the tag of a response that it compresses
    /// (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html>), and the version in
    /// it still identifies one state of the resource.
    fn of(lines: &[&str]) -> Self {
        match lines {
            [] | ["*"] => Self::Any,
            lines => Self::OneOf(lines.iter().flat_map(|line| line.split(',')).filter_map(version).collect()),
        }
    }
}

fn version(tag: &str) -> Option<i64> {
    let tag = tag.trim();
    let digits = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    // "+1" and "01" are numbers, but no version is written like that.
    digits.parse::<i64>().ok().filter(|version| version.to_string() == digits)
}

impl Argument for IfMatch {}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let lines = parts.headers.get_all(IF_MATCH).iter();
        // A line that is not ASCII contains no tag of the shop, and matches nothing.
        Ok(Self::of(&lines.map(|line| line.to_str().unwrap_or_default()).collect::<Vec<_>>()))
    }
}

/// Returns the value of a header that must not be repeated.
///
/// # Errors
/// [`Error::MalformedHeader`] when it is repeated or not ASCII.
pub fn single_header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Error> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Error::MalformedHeader { name, reason: "must be ASCII" }),
        },
        (Some(_), Some(_)) => Err(Error::MalformedHeader { name, reason: "must not be repeated" }),
    }
}

#[cfg(test)]
mod tests {
    use super::IfMatch;

    #[test]
    fn if_match_names_one_version_several_or_any() {
        let versions = |lines: &[&str]| IfMatch::of(lines).versions().map(<[i64]>::to_vec);
        assert_eq!(versions(&[]), None);
        assert_eq!(versions(&["*"]), None);
        assert_eq!(versions(&["\"7\""]), Some(vec![7]));
        assert_eq!(versions(&["\"7\", \"9\""]), Some(vec![7, 9]));
        assert_eq!(versions(&["\"7\"", "\"9\",W/\"11\""]), Some(vec![7, 9, 11]));
        for nothing in ["", "7", "W/7", "w/\"7\"", "W/W/\"7\"", "\"x\"", "\"+7\"", "\"07\"", "\"7", "\"*\""] {
            assert_eq!(versions(&[nothing]), Some(vec![]), "{nothing}");
        }
    }
}
