//! `GET /openapi.json`: what the shop understands, for programs.

use axum::body::Bytes;
use axum::response::Response;
use ferrocart::http::{Cached, IfNoneMatch};
use std::time::Duration;

/// The document that `cargo xtask openapi` has made of the code; a test compares the two.
const DOCUMENT: &str = include_str!("../../../openapi.json");

/// It changes with a deployment.
const MAX_AGE: Duration = Duration::from_mins(5);

/// Shows the OpenAPI document
///
/// Of this API, in version 3.1.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "docs",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the document that the client has")),
    responses(
        (status = 200, description = "The document", body = serde_json::Value, headers(
            ("ETag" = String, description = "Changes when the document does"),
            ("Cache-Control" = String, description = "For how long the document may be used without asking"),
        )),
        (status = 304, description = "The document is what `If-None-Match` names"),
    )
)]
pub(crate) async fn get_openapi_document(known: IfNoneMatch) -> Response {
    let document = Cached::bytes("application/json", Bytes::from_static(DOCUMENT.as_bytes()));
    std::future::ready(document.public(MAX_AGE).into_response_for(&known)).await
}
