//! The URL of the API that a request was sent to, for responses that must contain absolute URLs.

use super::access::Argument;
use crate::error::Error;
use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;

/// The path of all endpoints.
const BASE_PATH: &str = "/api/v1";

/// The base URL: `https://api.example.com/api/v1`. API Gateway accepts only the names of its API as `Host`, and CloudFront
/// forwards the name that the visitor has used.
#[derive(Debug, Clone)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Returns the URL of a path below the base.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl Argument for BaseUrl {}

impl<S: Send + Sync> FromRequestParts<S> for BaseUrl {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let host = header(HOST.as_str()).or_else(|| parts.uri.host()).unwrap_or("localhost");
        // API Gateway sends the header. Without one the API runs locally.
        let scheme = header("x-forwarded-proto").filter(|&scheme| scheme == "https").unwrap_or("http");
        Ok(Self(format!("{scheme}://{host}{BASE_PATH}")))
    }
}
