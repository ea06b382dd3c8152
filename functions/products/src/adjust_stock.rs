//! `POST /products/{id}/stock`: adjusts stock for deliveries, losses and corrections.

use crate::view::ProductView;
use axum::extract::State;
use axum::http::HeaderName;
use ferrocart::db::products::StockAdjustment;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::quantity::StockChange;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::Admin;
use ferrocart::http::{Json, Path, version_tag};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// A change of the stock of a variant.
#[derive(Debug, ToSchema)]
pub(crate) struct AdjustStock {
    /// The SKU of the variant.
    sku: Sku,
    /// The change: positive for additions, negative for removals.
    delta: StockChange,
}

from_fields!(AdjustStock { sku, delta });

/// Adjusts the stock of a variant
///
/// The change is atomic: concurrent sales are preserved, and the stock never falls below 0.
#[utoipa::path(
    post,
    path = "/api/v1/products/{id}/stock",
    tag = "products",
    params(("id" = ProductId, Path, description = "The product")),
    request_body = AdjustStock,
    responses(
        (status = 200, description = "The updated product", body = ProductView, headers(
            ("ETag" = String, description = "The version of the product"),
        )),
        (status = 409, description = "`insufficient_stock`: the stock is lower than the removal; `items` has the available quantity"),
    )
)]
pub(crate) async fn adjust_stock(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<ProductId>,
    Json(AdjustStock { sku, delta }): Json<AdjustStock>,
) -> Result<([(HeaderName, String); 1], Json<ProductView>)> {
    match shop.products.adjust_stock(id, &sku, delta, shop.now()).await? {
        StockAdjustment::Applied(product) => {
            Ok(([version_tag(product.version)], Json(ProductView::of(product, shop.config.currency)?)))
        }
        StockAdjustment::InsufficientStock(shortage) => Err(Error::InsufficientStock(vec![shortage])),
        StockAdjustment::ExceedsMaximum => {
            Err(Error::field("/delta", ValidationError::new("out_of_range", "exceeds the maximum stock")))
        }
        StockAdjustment::UnknownVariant => {
            Err(Error::field("/sku", ValidationError::new("unknown", "must be a SKU of this product")))
        }
        StockAdjustment::UnknownProduct => Err(Error::NotFound),
    }
}
