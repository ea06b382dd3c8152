//! Answers that a client may keep: tags, conditional requests, and for how long nobody need ask.

use super::endpoints::Argument;
use crate::error::Error;
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use std::time::Duration;

/// What most answers fit into, such as a page of 20 products.
const USUAL_BYTES: usize = 8 * 1024;

/// The header by which a client recognizes a version of a resource.
#[must_use]
pub fn version_tag(version: i64) -> (HeaderName, String) {
    (ETAG, format!("\"{version}\""))
}

/// `If-None-Match`: what the client has already.
#[derive(Debug, Clone)]
pub struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    /// Tags are compared weakly, as RFC 9110, section 13.1.2 says: a proxy may have weakened ours.
    fn names(&self, tag: &str) -> bool {
        let same = |known: &str| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag;
        self.0.iter().flat_map(|line| line.split(',')).map(str::trim).any(same)
    }
}

impl Argument for IfNoneMatch {}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let lines = parts.headers.get_all(IF_NONE_MATCH).iter();
        // A tag that cannot be read is none that we have given.
        Ok(Self(lines.filter_map(|line| line.to_str().ok()).map(str::to_owned).collect()))
    }
}

/// An answer with a tag. Until [`Self::public`] says otherwise, no cache keeps it.
#[derive(Debug)]
pub struct Cached {
    content_type: &'static str,
    body: Bytes,
    /// Without it the tag follows from the body.
    version: Option<i64>,
    max_age: Option<Duration>,
    is_for_all: bool,
}

impl Cached {
    /// JSON whose tag follows from its text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json(answer: &impl Serialize) -> Result<Self, Error> {
        let mut body = Vec::with_capacity(USUAL_BYTES);
        match serde_json::to_writer(&mut body, answer) {
            Ok(()) => Ok(Self::bytes("application/json", body.into())),
            Err(error) => {
                tracing::error!(%error, "an answer could not be written");
                Err(Error::System("an answer could not be written"))
            }
        }
    }

    /// A body whose tag follows from its bytes.
    #[must_use]
    pub fn bytes(content_type: &'static str, body: Bytes) -> Self {
        Self { content_type, body, version: None, max_age: None, is_for_all: true }
    }

    /// The same, with the resource's version as its tag.
    #[must_use]
    pub fn version(self, version: i64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The same, for every cache to keep that long.
    #[must_use]
    pub fn public(self, max_age: Duration) -> Self {
        Self { max_age: Some(max_age), ..self }
    }

    /// The same, where others are answered otherwise: what a cache has kept for one is not for another.
    #[must_use]
    pub fn vary_by_authorization(self) -> Self {
        Self { is_for_all: false, ..self }
    }

    /// The answer; without its body when the client has it.
    #[must_use]
    pub fn into_response_for(self, known: &IfNoneMatch) -> Response {
        let tag = self.tag();
        let unchanged = known.names(&tag);
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(CONTENT_TYPE, self.content_type)], self.body).into_response()
        };
        let control = self.max_age.map(|age| format!("public, max-age={}", age.as_secs()));
        let control = control.unwrap_or_else(|| "no-store".to_owned());
        for (name, value) in [(ETAG, tag), (CACHE_CONTROL, control)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        if !self.is_for_all {
            response.headers_mut().append(VARY, HeaderValue::from_static("authorization"));
        }
        response
    }

    fn tag(&self) -> String {
        if let Some(version) = self.version {
            return version_tag(version).1;
        }
        let hash = digest(&SHA256, &self.body);
        // 128 bits tell versions apart.
        let short = hash.as_ref().get(..16).unwrap_or_default();
        format!("\"{}\"", URL_SAFE_NO_PAD.encode(short))
    }
}

#[cfg(test)]
mod tests {
    use super::IfNoneMatch;

    #[test]
    fn a_client_may_name_several_tags_and_weak_ones() {
        let names = |lines: &[&str], tag| IfNoneMatch(lines.iter().map(|&line| line.to_owned()).collect()).names(tag);
        for lines in [&["\"7\""][..], &["W/\"7\""], &["\"6\", \"7\""], &["\"6\"", "\"7\""], &["*"]] {
            assert!(names(lines, "\"7\""), "{lines:?}");
        }
        for lines in [&[][..], &["\"17\""], &["7"], &["\"6\",\"8\""], &["W/7"]] {
            assert!(!names(lines, "\"7\""), "{lines:?}");
        }
    }
}
