//! `POST /products`: creates a product.

use crate::conflict::conflict;
use crate::view::ProductView;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use ferrocart::db::new_id;
use ferrocart::db::products::ProductDoc;
use ferrocart::http::Admin;
use ferrocart::http::product_input::{Details, ProductInput};
use ferrocart::http::{Json, version_tag};
use ferrocart::{AppState, Result};

/// Adds a product to the catalogue
///
/// The product is for sale at once, unless `is_active` is false. The currency of the first product is that of the shop from then on.
#[utoipa::path(
    post,
    path = "/api/v1/products",
    tag = "products",
    request_body = ProductInput,
    responses(
        (status = 201, description = "The product", body = ProductView, headers(
            ("Location" = String, description = "The path of the product"),
            ("ETag" = String, description = "The version of the product"),
        )),
        (status = 409, description = "`sku_taken`: another product has one of the SKUs; `slug_taken`: another product has or had the slug"),
    )
)]
pub(crate) async fn create_product(
    State(shop): State<AppState>,
    _: Admin,
    Json(Details(details)): Json<Details>,
) -> Result<(StatusCode, [(HeaderName, String); 2], Json<ProductView>)> {
    let product = ProductDoc::new(new_id(), details, shop.now());
    shop.settings.fix_currency(shop.config.currency).await?;
    shop.vocabulary.add_words(product.title_words(shop.config.catalogue_language)).await?;
    match shop.products.insert(&product).await {
        Ok(product) => {
            let location = (LOCATION, format!("/api/v1/products/{}", product.id));
            let headers = [location, version_tag(product.version)];
            Ok((StatusCode::CREATED, headers, Json(ProductView::of(product, shop.config.currency)?)))
        }
        Err(error) => Err(conflict(error)),
    }
}
