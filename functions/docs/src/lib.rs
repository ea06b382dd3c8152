//! Endpoints about the API itself: health, the OpenAPI document, and a page to try it.

mod get_docs_page;
mod get_docs_script;
mod get_health;
mod get_openapi_document;

use ferrocart::endpoints;
use ferrocart::http::Endpoints;

/// The endpoints about the API.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![
        get_health::get_health,
        get_openapi_document::get_openapi_document,
        get_docs_page::get_docs_page,
        get_docs_script::get_docs_script,
    ]
    .without_database()
    .compressed()
}
