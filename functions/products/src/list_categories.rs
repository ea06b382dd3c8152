//! `GET /products/categories`: what kinds of things are for sale.

use crate::view::CategoryView;
use axum::extract::State;
use axum::response::Response;
use ferrocart::http::{Cached, IfNoneMatch};
use ferrocart::{AppState, Result};
use std::time::Duration;

/// How long a cache may show the categories as they were: they change less often than what is in them.
const MAX_AGE: Duration = Duration::from_mins(5);

/// Lists the categories of what is for sale
///
/// By name, each with the number of its products.
#[utoipa::path(
    get,
    path = "/api/v1/products/categories",
    tag = "products",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list as the client has it")),
    responses(
        (status = 200, description = "The categories", body = Vec<CategoryView>, headers(
            ("ETag" = String, description = "Changes when the list does"),
            ("Cache-Control" = String, description = "For how long the list may be shown without asking"),
        )),
        (status = 304, description = "The list is what `If-None-Match` names"),
    )
)]
pub(crate) async fn list_categories(State(shop): State<AppState>, known: IfNoneMatch) -> Result<Response> {
    let categories = shop.products.categories().await?;
    let categories: Vec<_> = categories.into_iter().map(CategoryView::from).collect();
    Ok(Cached::json(&categories)?.public(MAX_AGE).into_response_for(&known))
}
