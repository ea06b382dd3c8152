//! `DELETE /products/{id}`: takes a product off sale.

use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::domain::id::ProductId;
use ferrocart::http::Admin;
use ferrocart::http::Path;
use ferrocart::{AppState, Error, Result};

/// Takes a product off sale
///
/// `is_active` becomes false; orders that contain the product are unaffected. Repeating the request has no further effect.
#[utoipa::path(
    delete,
    path = "/api/v1/products/{id}",
    tag = "products",
    params(("id" = ProductId, Path, description = "The product")),
    responses((status = 204, description = "The product is no longer for sale"))
)]
pub(crate) async fn deactivate_product(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<ProductId>,
) -> Result<StatusCode> {
    if shop.products.deactivate(id, shop.now()).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::NotFound) }
}
