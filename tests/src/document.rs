//! The OpenAPI document generated from the code.

use crate::shop::endpoints;
use ferrocart::http::openapi::complete;

/// Returns the OpenAPI document of all functions, formatted as in `openapi.json`.
#[must_use]
pub fn openapi() -> String {
    let document = complete(&endpoints()).expect("a JSON document");
    format!("{document:#}\n")
}
