//! `GET /docs`: the API reference, a page to read and try the API.
//!
//! The page is Scalar's, under a strict content security policy: `docs/decisions/api-reference.md`.

use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ferrocart::http::{Cacheable, IfNoneMatch};
use ferrocart::{Error, Result};

const PAGE: &str = include_str!("../page/page.html");

/// Returns a page to read and try the API
///
/// The page shows every operation of the OpenAPI document. It has a search and samples, and sends requests to this shop.
#[utoipa::path(
    get,
    path = "/api/v1/docs",
    tag = "docs",
    params(("If-None-Match" = Option<String>, Header, description = "`*`; each response has another `ETag`")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html", headers(
            ("ETag" = String, description = "Identifies this response"),
            ("Content-Security-Policy" = String, description = "Allows the page's own scripts, and requests to this server"),
        )),
        (status = 304, description = "The page exists: `If-None-Match` is `*`"),
    )
)]
pub(crate) async fn get_docs_page(known: IfNoneMatch) -> Result<Response> {
    let nonce = random_nonce()?;
    let page = Cacheable::bytes("text/html; charset=utf-8", PAGE.replace("{nonce}", &nonce).into());
    let mut response = page.into_response_for(&known);
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    std::future::ready(Ok(response)).await
}

/// Returns 128 random bits, which each response has anew.
fn random_nonce() -> Result<String> {
    let mut bytes = [0; 16];
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => Ok(URL_SAFE_NO_PAD.encode(bytes)),
        Err(_) => Err(Error::System("no random numbers available")),
    }
}

/// Allows the scripts of this server, style sheets with the nonce, and requests to this server. Scalar numbers the lines of
/// samples with style attributes.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src-elem 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; \
         img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
