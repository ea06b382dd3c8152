//! `PATCH /products/{id}/variants/{sku}`: changes details of a variant by a merge patch.

use crate::patch::{patched_variant, update};
use crate::patch_schema::VariantPatch;
use crate::view::ProductView;
use axum::extract::State;
use axum::http::HeaderName;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::sku::Sku;
use ferrocart::http::Admin;
use ferrocart::http::{IfMatch, Json, MergePatch, PathPair, version_tag};
use ferrocart::{AppState, Result};

/// Changes details of a variant
///
/// A JSON merge patch (RFC 7396): fields that it omits keep their values, and `null` removes a value. The SKU cannot be
/// changed. With `If-Match` the request is rejected if the product was edited since; sales count as edits only if the patch
/// sets the stock.
#[utoipa::path(
    patch,
    path = "/api/v1/products/{id}/variants/{sku}",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        ("sku" = Sku, Path, description = "The SKU of the variant"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the product that the client has seen, or several; `*` for any"),
    ),
    request_body(content(
        (VariantPatch = "application/merge-patch+json"),
        (VariantPatch = "application/json"),
    )),
    responses(
        (status = 200, description = "The updated product", body = ProductView, headers(
            ("ETag" = String, description = "The version of the product"),
        )),
        (status = 412, description = "`version_mismatch`: the product was modified since"),
    )
)]
pub(crate) async fn patch_variant(
    State(shop): State<AppState>,
    _: Admin,
    PathPair(id, sku): PathPair<ProductId, Sku>,
    seen: IfMatch,
    patch: MergePatch,
) -> Result<([(HeaderName, String); 1], Json<ProductView>)> {
    let currency = shop.config.currency;
    let product = update(&shop, id, &seen, |product| patched_variant(product, &sku, &patch, currency)).await?;
    Ok(([version_tag(product.version)], Json(ProductView::of(product, currency)?)))
}
