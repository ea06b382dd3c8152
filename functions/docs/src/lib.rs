//! What tells of the shop itself: whether it is well, what it understands, and a page to try it on.

mod get_docs_page;
mod get_health;
mod get_openapi_document;

use ferrocart::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints about the API.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_health::get_health))
        .routes(routes!(get_openapi_document::get_openapi_document))
        .routes(routes!(get_docs_page::get_docs_page))
}
