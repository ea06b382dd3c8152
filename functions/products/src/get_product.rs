//! `GET /products/{id}`: one product.

use crate::MAX_AGE;
use crate::view::ProductView;
use axum::extract::State;
use axum::response::Response;
use ferrocart::domain::id::ProductId;
use ferrocart::http::MaybeAdmin;
use ferrocart::http::{Cached, IfNoneMatch, Path};
use ferrocart::{AppState, Error, Result};

/// Shows a product
///
/// One that is not for sale is only there for administrators.
#[utoipa::path(
    get,
    path = "/api/v1/products/{id}",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the product as the client has it"),
    ),
    responses(
        (status = 200, description = "The product", body = ProductView, headers(
            ("ETag" = String, description = "The product's version"),
            ("Cache-Control" = String, description = "For how long the product may be shown without asking"),
        )),
        (status = 304, description = "The product is what `If-None-Match` names"),
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
    let answer = Cached::json(&product)?.version(product.version).vary_by_authorization();
    // An administrator may see what others must not, and edits what a cache would show too late.
    let answer = if asking.is_admin() { answer } else { answer.public(MAX_AGE) };
    Ok(answer.into_response_for(&known))
}
