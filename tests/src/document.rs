//! The OpenAPI document generated from the code.

use crate::shop::endpoints;
use ferrocart::http::openapi::build_document;

/// Returns the OpenAPI document of all functions, formatted as in `openapi.json`.
#[must_use]
pub fn openapi() -> String {
    let document = build_document(&endpoints()).expect("a JSON document");
    format!("{document:#}\n")
}
