//! Carts: what a user is about to buy. Nothing in a cart holds stock or freezes a price.

mod add_item;
mod clear_cart;
mod get_cart;
mod offer;
mod remove_item;
mod set_item_quantity;
mod view;

use ferrocart::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The endpoints under `/api/v1/cart`.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_cart::get_cart, clear_cart::clear_cart))
        .routes(routes!(add_item::add_item))
        .routes(routes!(set_item_quantity::set_item_quantity, remove_item::remove_item))
}
