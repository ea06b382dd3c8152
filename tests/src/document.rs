//! The OpenAPI document that the code makes.

use crate::shop::router;
use ferrocart::http::openapi::complete;

/// The OpenAPI document of all functions, as the file `openapi.json` has it.
#[must_use]
pub fn openapi() -> String {
    let document = complete(router().into_openapi()).expect("a document in JSON");
    format!("{document:#}\n")
}
