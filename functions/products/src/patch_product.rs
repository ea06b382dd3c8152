//! `PATCH /products/{id}`: changes details of a product by a merge patch.

use crate::patch::{patched, update};
use crate::patch_schema::ProductPatch;
use crate::view::ProductView;
use axum::extract::State;
use axum::http::HeaderName;
use ferrocart::domain::id::ProductId;
use ferrocart::http::Admin;
use ferrocart::http::{IfMatch, Json, MergePatch, Path, version_tag};
use ferrocart::{AppState, Result};

/// Changes details of a product
///
/// A JSON merge patch (RFC 7396): fields that it omits keep their values, `null` removes a value, and `variants` can only be
/// replaced as a whole. Variants without `stock_quantity` keep their stock. With `If-Match` the request is rejected if the
/// product was edited since; sales count as edits only if the patch sets the stock.
#[utoipa::path(
    patch,
    path = "/api/v1/products/{id}",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the product that the client has seen, or several; `*` for any"),
    ),
    request_body(content(
        (ProductPatch = "application/merge-patch+json"),
        (ProductPatch = "application/json"),
    )),
    responses(
        (status = 200, description = "The updated product", body = ProductView, headers(
            ("ETag" = String, description = "The version of the product"),
        )),
        (status = 409, description = "`sku_taken`: another product has one of the SKUs; `slug_taken`: another product has or had the slug"),
        (status = 412, description = "`version_mismatch`: the product was modified since"),
    )
)]
pub(crate) async fn patch_product(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<ProductId>,
    seen: IfMatch,
    patch: MergePatch,
) -> Result<([(HeaderName, String); 1], Json<ProductView>)> {
    let currency = shop.config.currency;
    let product = update(&shop, id, &seen, |product| patched(product, &patch, currency)).await?;
    Ok(([version_tag(product.version)], Json(ProductView::of(product, currency)?)))
}
