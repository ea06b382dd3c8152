//! `GET /products/{id}`: returns a product.

use crate::MAX_AGE;
use crate::view::ProductView;
use axum::extract::State;
use axum::response::Response;
use ferrocart::domain::id::ProductId;
use ferrocart::http::MaybeAdmin;
use ferrocart::http::{Cacheable, IfNoneMatch, Path};
use ferrocart::{AppState, Error, Result};

/// Returns a product
///
/// Only administrators can see a product that is not for sale.
#[utoipa::path(
    get,
    path = "/api/v1/products/{id}",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached product"),
    ),
    responses(
        (status = 200, description = "The product", body = ProductView, headers(
            ("ETag" = String, description = "The version of the product"),
            ("Cache-Control" = String, description = "How long the product may be cached"),
        )),
        (status = 304, description = "The cached product is current"),
    )
)]
pub(crate) async fn get_product(
    State(shop): State<AppState>,
    asking: MaybeAdmin,
    known: IfNoneMatch,
    Path(id): Path<ProductId>,
) -> Result<Response> {
    let product = shop.products.get(id).await?.filter(|product| product.is_active || asking.is_admin());
    let product = ProductView::of(product.ok_or(Error::NotFound)?, shop.config.currency)?;
    let answer = Cacheable::json(&product)?.version(product.version);
    // Administrators also see inactive products, and must not edit an outdated version.
    let answer = if asking.is_admin() { answer } else { answer.max_age(MAX_AGE) };
    Ok(answer.into_response_for(&known))
}
