//! Carts. A cart reserves no stock and fixes no price.

mod add_item;
mod clear_cart;
mod get_cart;
mod offer;
mod remove_item;
mod set_item_quantity;
mod view;

use ferrocart::endpoints;
use ferrocart::http::Endpoints;

/// The endpoints under `/api/v1/cart`.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![
        get_cart::get_cart,
        clear_cart::clear_cart,
        add_item::add_item,
        set_item_quantity::set_item_quantity,
        remove_item::remove_item,
    ]
    .compressed()
}
