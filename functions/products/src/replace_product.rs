//! `PUT /products/{id}`: replaces the details of a product.

use crate::conflict::conflict;
use crate::returned_product::ReturnedProduct;
use crate::view::ProductView;
use axum::extract::State;
use axum::http::HeaderName;
use ferrocart::domain::id::ProductId;
use ferrocart::http::Admin;
use ferrocart::http::product_input::Details;
use ferrocart::http::{IfMatch, Json, Path, version_tag};
use ferrocart::{AppState, Error, Result};

/// Replaces the details of a product
///
/// A variant without `stock_quantity` keeps its stock, including concurrent sales. With `If-Match` the request is rejected
/// if the product was edited since; sales count as edits only if the request sets the stock. A product can be sent back as
/// it was read; this sets its stock.
#[utoipa::path(
    put,
    path = "/api/v1/products/{id}",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the product that the client has seen, or several; `*` for any"),
    ),
    request_body = ReturnedProduct,
    responses(
        (status = 200, description = "The updated product", body = ProductView, headers(
            ("ETag" = String, description = "The version of the product"),
        )),
        (status = 409, description = "`sku_taken`: another product has one of the SKUs; `slug_taken`: another product has or had the slug"),
        (status = 412, description = "`version_mismatch`: the product was modified since"),
    )
)]
pub(crate) async fn replace_product(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<ProductId>,
    seen: IfMatch,
    Json(returned): Json<ReturnedProduct>,
) -> Result<([(HeaderName, String); 1], Json<ProductView>)> {
    returned.reject_mismatch(id, shop.config.currency)?;
    let Details(details) = returned.details;
    shop.vocabulary.add_words(details.title_words(shop.config.catalogue_language)).await?;
    match shop.products.replace(id, seen.versions(), &details, shop.now()).await {
        Ok(Some(product)) => {
            let tag = version_tag(product.version);
            Ok(([tag], Json(ProductView::of(product, shop.config.currency)?)))
        }
        Ok(None) if shop.products.get(id).await?.is_some() => Err(Error::VersionMismatch),
        Ok(None) => Err(Error::NotFound),
        Err(error) => Err(conflict(error)),
    }
}
