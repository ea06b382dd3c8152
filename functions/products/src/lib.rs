//! The catalogue: what everybody can look at, and how administrators keep it.

mod adjust_stock;
mod announce_image;
mod complete_image;
mod create_product;
mod deactivate_product;
mod get_product;
mod input;
mod list_categories;
mod list_products;
mod remove_image;
mod replace_product;
mod view;

pub use input::Details;

use ferrocart::AppState;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a cache may show the catalogue as it was. Carts and checkout look for themselves, so
/// that nobody buys at a price that is older.
const MAX_AGE: Duration = Duration::from_secs(30);

/// The endpoints under `/api/v1/products`.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_products::list_products, create_product::create_product))
        .routes(routes!(list_categories::list_categories))
        .routes(routes!(
            get_product::get_product,
            replace_product::replace_product,
            deactivate_product::deactivate_product
        ))
        .routes(routes!(adjust_stock::adjust_stock))
        .routes(routes!(announce_image::announce_image))
        .routes(routes!(complete_image::complete_image))
        .routes(routes!(remove_image::remove_image))
}
