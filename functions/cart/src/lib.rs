//! Carts. A cart reserves no stock and fixes no price.

mod add_item;
mod clear_cart;
mod create_cart;
mod get_cart;
mod merge_cart;
mod offer;
mod remove_item;
mod set_item_quantity;
mod view;

use ferrocart::endpoints;
use ferrocart::http::Endpoints;

/// The endpoints under `/api/v1/cart`, and the one that creates a guest's cart.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![
        create_cart::create_cart,
        get_cart::get_cart,
        clear_cart::clear_cart,
        add_item::add_item,
        set_item_quantity::set_item_quantity,
        remove_item::remove_item,
        merge_cart::merge_cart,
    ]
    .compressed()
}
