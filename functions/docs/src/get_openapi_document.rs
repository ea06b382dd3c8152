//! `GET /openapi.json`: the OpenAPI document.

use axum::body::Bytes;
use axum::response::Response;
use ferrocart::http::{Cacheable, IfNoneMatch};
use std::time::Duration;

/// The committed document, which `cargo xtask openapi` generates; a test compares it with the code.
const DOCUMENT: &str = include_str!("../../../openapi.json");

/// The document changes only with a deployment.
const MAX_AGE: Duration = Duration::from_mins(5);

/// Returns the OpenAPI document of this API, in version 3.1
///
/// The document describes every operation, its parameters, bodies, headers and problems. Generators of clients can read it.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "docs",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached document")),
    responses(
        (status = 200, description = "The document", body = serde_json::Value, headers(
            ("ETag" = String, description = "Identifies the version of the document"),
            ("Cache-Control" = String, description = "How long the document may be cached"),
        )),
        (status = 304, description = "The cached document is current"),
    )
)]
pub(crate) async fn get_openapi_document(known: IfNoneMatch) -> Response {
    let document = Cacheable::bytes("application/json", Bytes::from_static(DOCUMENT.as_bytes()));
    std::future::ready(document.max_age(MAX_AGE).into_response_for(&known)).await
}
