//! `POST /products/{id}/stock`: adjusts stock for deliveries, losses and corrections.

use crate::view::ProductView;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use ferrocart::db::products::{StockAdjustment, StockDelta};
use ferrocart::domain::id::ProductId;
use ferrocart::domain::idempotency_key::IdempotencyKey;
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
/// The change is atomic: concurrent sales are preserved, and the stock never falls below 0. Without an `Idempotency-Key` a
/// repeated request changes the stock again.
#[utoipa::path(
    post,
    path = "/api/v1/products/{id}/stock",
    tag = "products",
    params(
        ("id" = ProductId, Path, description = "The product"),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters, generated once per intended change: the same key changes the stock once. A product records the last 50 keys",
        ),
    ),
    request_body = AdjustStock,
    responses(
        (status = 200, description = "The updated product", body = ProductView, headers(
            ("ETag" = String, description = "The version of the product"),
            ("Idempotent-Replayed" = Option<String>, description = "`true` when an earlier request has changed the stock"),
        )),
        (status = 409, description = "`insufficient_stock`: the stock is lower than the removal; `items` has the available quantity"),
        (status = 422, description = "`validation_failed`, `idempotency_key_reused`"),
    )
)]
pub(crate) async fn adjust_stock(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<ProductId>,
    idempotency_key: Option<IdempotencyKey>,
    Json(AdjustStock { sku, delta }): Json<AdjustStock>,
) -> Result<(HeaderMap, Json<ProductView>)> {
    let adjustment = StockDelta { sku: &sku, change: delta, idempotency_key: idempotency_key.as_ref() };
    let (product, is_replayed) = match shop.products.adjust_stock(id, adjustment, shop.now()).await? {
        StockAdjustment::Applied(product) => (product, false),
        StockAdjustment::Replayed(product) => (product, true),
        StockAdjustment::KeyReused => return Err(Error::IdempotencyKeyReused),
        StockAdjustment::InsufficientStock(shortage) => return Err(Error::InsufficientStock(vec![shortage])),
        StockAdjustment::ExceedsMaximum => {
            let error = ValidationError::new("out_of_range", "exceeds the maximum stock");
            return Err(Error::field("/delta", error));
        }
        StockAdjustment::UnknownVariant => {
            return Err(Error::field("/sku", ValidationError::new("unknown", "must be a SKU of this product")));
        }
        StockAdjustment::UnknownProduct => return Err(Error::NotFound),
    };
    let mut headers = HeaderMap::new();
    let (name, version) = version_tag(product.version);
    if let Ok(version) = HeaderValue::from_str(&version) {
        headers.insert(name, version);
    }
    if is_replayed {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok((headers, Json(ProductView::of(product, shop.config.currency)?)))
}
