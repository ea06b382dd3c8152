//! `GET /products/categories`: lists the categories with active products.

use crate::view::CategoryView;
use axum::extract::State;
use axum::response::Response;
use ferrocart::http::{Cacheable, IfNoneMatch, List};
use ferrocart::{AppState, Result};
use std::time::Duration;

/// How long caches may serve the list: categories change less often than products.
const MAX_AGE: Duration = Duration::from_mins(5);

/// Lists the categories with active products
///
/// The categories are sorted by name, each with its number of products. All of them are on one page.
#[utoipa::path(
    get,
    path = "/api/v1/products/categories",
    tag = "products",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached list")),
    responses(
        (status = 200, description = "The categories", body = List<CategoryView>, headers(
            ("ETag" = String, description = "Identifies the version of the list"),
            ("Cache-Control" = String, description = "How long the list may be cached"),
        )),
        (status = 304, description = "The cached list is current"),
    )
)]
pub(crate) async fn list_categories(State(shop): State<AppState>, known: IfNoneMatch) -> Result<Response> {
    let categories = shop.products.categories().await?;
    let items = categories.into_iter().map(CategoryView::from).collect();
    Ok(Cacheable::json(&List { items, next_cursor: None })?.max_age(MAX_AGE).into_response_for(&known))
}
