//! `POST /products/{id}/stock`: what came in, or went another way than by a sale.

use crate::view::ProductView;
use axum::extract::State;
use axum::http::HeaderName;
use ferrocart::db::products::Adjustment;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::quantity::StockChange;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::Admin;
use ferrocart::http::{Json, Path, version_tag};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// How the stock of a variant changes.
#[derive(Debug, ToSchema)]
pub(crate) struct AdjustStock {
    /// Of which variant.
    sku: Sku,
    /// How many more there are or, below 0, how many less.
    delta: StockChange,
}

from_fields!(AdjustStock { sku, delta });

/// Adds to the stock of a variant, or takes away
///
/// At once, whatever is sold meanwhile, and never below 0.
#[utoipa::path(
    post,
    path = "/api/v1/products/{id}/stock",
    tag = "products",
    params(("id" = ProductId, Path, description = "The product")),
    request_body = AdjustStock,
    responses(
        (status = 200, description = "The product as it is now", body = ProductView, headers(
            ("ETag" = String, description = "The product's version"),
        )),
        (status = 409, description = "`insufficient_stock`: there is less than would be taken away; `items` says how much there is"),
    )
)]
pub(crate) async fn adjust_stock(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<ProductId>,
    Json(AdjustStock { sku, delta }): Json<AdjustStock>,
) -> Result<([(HeaderName, String); 1], Json<ProductView>)> {
    match shop.products.adjust_stock(id, &sku, delta, shop.now()).await? {
        Adjustment::Done(product) => {
            Ok(([version_tag(product.version)], Json(ProductView::of(product, shop.config.currency)?)))
        }
        Adjustment::Short(shortage) => Err(Error::InsufficientStock(vec![shortage])),
        Adjustment::TooMuch => {
            Err(Error::field("/delta", ValidationError::new("out_of_range", "makes more than can be stored")))
        }
        Adjustment::NoSuchVariant => {
            Err(Error::field("/sku", ValidationError::new("unknown", "is not a variant of this product")))
        }
        Adjustment::NoSuchProduct => Err(Error::NotFound),
    }
}
