//! Cacheable responses: `ETag`, conditional requests, `Cache-Control` and `Vary`.

use super::access::Argument;
use super::body::to_json;
use crate::error::Error;
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use std::hash::{DefaultHasher, Hasher};
use std::time::Duration;

/// Returns the `ETag` header for a version of a resource.
#[must_use]
pub fn version_tag(version: i64) -> (HeaderName, String) {
    (ETAG, format!("\"{version}\""))
}

/// Returns a redirect to a path that replaces the requested one for good. Caches may store it only with a `max_age`: the
/// product may get its former slug back.
#[must_use]
pub fn permanent_redirect(path: &str, max_age: Option<Duration>) -> Response {
    let mut response = Redirect::permanent(path).into_response();
    if let Some(max_age) = max_age {
        response.extensions_mut().insert(MaxAge(max_age));
    }
    response
}

/// `If-None-Match`: the tags of the versions that the client has cached.
#[derive(Debug, Clone)]
pub struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    /// Compares weakly, as RFC 9110, section 13.1.2, requires: a proxy may have weakened the tag.
    fn matches(&self, tag: &str) -> bool {
        let matches = |known: &str| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag;
        self.0.iter().flat_map(|line| line.split(',')).map(str::trim).any(matches)
    }
}

impl Argument for IfNoneMatch {}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let lines = parts.headers.get_all(IF_NONE_MATCH).iter();
        // A line that is not ASCII contains no tag of the shop.
        Ok(Self(lines.filter_map(|line| line.to_str().ok()).map(str::to_owned).collect()))
    }
}

/// How long a response may be cached. An extension of the response: `Cache-Control` depends on the request, too.
#[derive(Debug, Clone, Copy)]
struct MaxAge(Duration);

/// Whether a request identifies its client, so that only the client itself may cache the response.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsPersonal(bool);

impl IsPersonal {
    /// A request with an `Authorization` or `Cookie` header is personal, whether or not it is valid.
    pub(super) fn of(request: &HeaderMap) -> Self {
        Self([AUTHORIZATION, COOKIE].iter().any(|name| request.contains_key(name)))
    }
}

/// What a response depends on: the coding and the headers of CORS. That holds for errors as well.
const VARY_ALWAYS: HeaderValue = HeaderValue::from_static("accept-encoding, origin");
/// What a response depends on that caches may store.
const VARY_CACHEABLE: HeaderValue = HeaderValue::from_static("accept-encoding, authorization, cookie, origin");

/// Adds `Cache-Control` and `Vary` to a response. A shared cache stores no response to a personal request:
/// `docs/decisions/front-door.md`.
pub(super) fn add_cache_control(response: &mut Response, IsPersonal(is_personal): IsPersonal) {
    let max_age = response.extensions().get::<MaxAge>().map(|age| age.0.as_secs());
    let caches = if is_personal { "private" } else { "public" };
    let control = max_age.map_or_else(|| "no-store".to_owned(), |seconds| format!("{caches}, max-age={seconds}"));
    if let Ok(control) = HeaderValue::from_str(&control) {
        response.headers_mut().insert(CACHE_CONTROL, control);
    }
    let vary = if max_age.is_some() { VARY_CACHEABLE } else { VARY_ALWAYS };
    response.headers_mut().insert(VARY, vary);
}

/// A response with an `ETag`. Caches must not store it, unless [`Self::max_age`] allows it.
#[derive(Debug)]
pub struct Cacheable {
    content_type: &'static str,
    body: Bytes,
    /// If none, the tag is a hash of the body.
    version: Option<i64>,
    max_age: Option<Duration>,
}

impl Cacheable {
    /// Serializes a response as JSON, with a hash of the text as its tag.
    pub fn json(value: &impl Serialize) -> Result<Self, Error> {
        Ok(Self::bytes("application/json", to_json(value)?.into()))
    }

    /// Returns a response with a hash of the body as its tag.
    #[must_use]
    pub fn bytes(content_type: &'static str, body: Bytes) -> Self {
        Self { content_type, body, version: None, max_age: None }
    }

    /// Uses the version of the resource as the tag.
    #[must_use]
    pub fn version(self, version: i64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Allows caches to store the response for this time: every cache, or the client's alone if the request is personal.
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age: Some(max_age), ..self }
    }

    /// Returns the response; 304 without a body if the client has the current version.
    #[must_use]
    pub fn into_response_for(self, known: &IfNoneMatch) -> Response {
        let tag = self.tag();
        let unchanged = known.matches(&tag);
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(CONTENT_TYPE, self.content_type)], self.body).into_response()
        };
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(ETAG, tag);
        }
        if let Some(max_age) = self.max_age {
            response.extensions_mut().insert(MaxAge(max_age));
        }
        response
    }

    fn tag(&self) -> String {
        if let Some(version) = self.version {
            return version_tag(version).1;
        }
        // Not cryptographic: no client gains from two pages with one tag. Without a random key all environments compute the
        // same. Another release of Rust may have another hash; clients then fetch a page once more.
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.body);
        format!("\"{:016x}\"", hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::IfNoneMatch;

    #[test]
    fn if_none_match_accepts_several_and_weak_tags() {
        let matches =
            |lines: &[&str], tag| IfNoneMatch(lines.iter().map(|&line| line.to_owned()).collect()).matches(tag);
        for lines in [&["\"7\""][..], &["W/\"7\""], &["\"6\", \"7\""], &["\"6\"", "\"7\""], &["*"]] {
            assert!(matches(lines, "\"7\""), "{lines:?}");
        }
        for lines in [&[][..], &["\"17\""], &["7"], &["\"6\",\"8\""], &["W/7"]] {
            assert!(!matches(lines, "\"7\""), "{lines:?}");
        }
    }
}
