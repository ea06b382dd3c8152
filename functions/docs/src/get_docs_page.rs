//! `GET /docs`: a page to read the API on and to try it.
//!
//! Swagger UI and its like are one to three megabytes of script that have to be embedded in this
//! function, or come from a server of somebody else. A few hundred lines of our own need one route,
//! no build step, and no exception to the content security policy.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ferrocart::http::{Cached, IfNoneMatch};
use std::time::Duration;

const PAGE: &str = include_str!("../page/page.html");
const STYLE: &str = include_str!("../page/style.css");
const SCRIPT: &str = include_str!("../page/script.js");

/// It changes with a deployment.
const MAX_AGE: Duration = Duration::from_mins(5);

/// Shows a page to read and try the API on
#[utoipa::path(
    get,
    path = "/api/v1/docs",
    tag = "docs",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the page that the client has")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html", headers(
            ("ETag" = String, description = "Changes when the page does"),
            ("Cache-Control" = String, description = "For how long the page may be shown without asking"),
            ("Content-Security-Policy" = String, description = "Lets the page run its own script and ask this server"),
        )),
        (status = 304, description = "The page is what `If-None-Match` names"),
    )
)]
pub(crate) async fn get_docs_page(known: IfNoneMatch) -> Response {
    let page = PAGE.replace("{style}", STYLE).replace("{script}", SCRIPT);
    let page = Cached::bytes("text/html; charset=utf-8", page.into());
    let mut response = page.public(MAX_AGE).into_response_for(&known);
    if let Ok(policy) = HeaderValue::from_str(&policy()) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    std::future::ready(response).await
}

/// The page's own style and script, by their hashes, and nothing else.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}
