//! `PUT /products/{id}`: what is said of a product, anew.

use crate::input::{Details, ProductInput};
use crate::view::ProductView;
use axum::extract::State;
use axum::http::HeaderName;
use ferrocart::db::products::SKU_UNIQUE;
use ferrocart::db::violated_index;
use ferrocart::domain::id::ProductId;
use ferrocart::http::Admin;
use ferrocart::http::{IfMatch, Json, Path, version_tag};
use ferrocart::{AppState, Error, Result};

/// Replaces the details of a product
///
/// A variant whose `stock_quantity` is left out keeps its stock, whatever is sold meanwhile. With
/// `If-Match` nothing happens to a product that was edited since; that something was sold meanwhile
/// counts when the request sets the stock.
#[utoipa::path(
    put,
    path = "/api/v1/products/{id}",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the product as the client has seen it, or several; `*` for any"),
    ),
    request_body = ProductInput,
    responses(
        (status = 200, description = "The product as it is now", body = ProductView, headers(
            ("ETag" = String, description = "The product's version"),
        )),
        (status = 409, description = "`sku_taken`: another product has one of the SKUs"),
        (status = 412, description = "`version_mismatch`: the product is no longer what `If-Match` names"),
    )
)]
pub(crate) async fn replace_product(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<ProductId>,
    seen: IfMatch,
    Json(Details(details)): Json<Details>,
) -> Result<([(HeaderName, String); 1], Json<ProductView>)> {
    shop.vocabulary.learn(details.title()).await?;
    match shop.products.replace(id, seen.versions(), &details, shop.now()).await {
        Ok(Some(product)) => {
            let tag = version_tag(product.version);
            Ok(([tag], Json(ProductView::of(product, shop.config.currency)?)))
        }
        Ok(None) if shop.products.get(id).await?.is_some() => Err(Error::VersionMismatch),
        Ok(None) => Err(Error::NotFound),
        Err(Error::Database(error)) if violated_index(&error) == Some(SKU_UNIQUE) => Err(Error::SkuTaken),
        Err(error) => Err(error),
    }
}
