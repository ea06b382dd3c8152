//! `GET /docs`: a page to read and try the API.
//!
//! Swagger UI and comparable tools are one to three megabytes of script, embedded in this function or loaded from another
//! server. A few hundred lines of our own need one route, no build step, and no exception in the content security policy.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ferrocart::http::{Cacheable, IfNoneMatch};
use std::time::Duration;

const PAGE: &str = include_str!("../page/page.html");
const STYLE: &str = include_str!("../page/style.css");
const SCRIPT: &str = include_str!("../page/script.js");

/// The page changes only with a deployment.
const MAX_AGE: Duration = Duration::from_mins(5);

/// Returns a page to read and try the API
///
/// The page shows every operation of the OpenAPI document. Each can be sent from the page.
#[utoipa::path(
    get,
    path = "/api/v1/docs",
    tag = "docs",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached page")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html", headers(
            ("ETag" = String, description = "Identifies the version of the page"),
            ("Cache-Control" = String, description = "How long the page may be cached"),
            ("Content-Security-Policy" = String, description = "Allows the page's own script and requests to this server"),
        )),
        (status = 304, description = "The cached page is current"),
    )
)]
pub(crate) async fn get_docs_page(known: IfNoneMatch) -> Response {
    let page = PAGE.replace("{style}", STYLE).replace("{script}", SCRIPT);
    let page = Cacheable::bytes("text/html; charset=utf-8", page.into());
    let mut response = page.max_age(MAX_AGE).into_response_for(&known);
    if let Ok(policy) = HeaderValue::from_str(&policy()) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    std::future::ready(response).await
}

/// Allows only the page's own style and script, by their hashes.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}
