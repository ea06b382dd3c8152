//! `GET /cart`: the cart.

use crate::view::CartView;
use axum::extract::State;
use ferrocart::http::Customer;
use ferrocart::http::Json;
use ferrocart::{AppState, Result};

/// Shows the cart
///
/// An empty one if there is none. Prices are the catalogue's at this moment; a line that cannot be
/// bought any more stays, with `available: false`.
#[utoipa::path(
    get,
    path = "/api/v1/cart",
    tag = "cart",
    responses((status = 200, description = "The cart", body = CartView))
)]
pub(crate) async fn get_cart(State(shop): State<AppState>, customer: Customer) -> Result<Json<CartView>> {
    let cart = shop.carts.with_products(customer.id()).await?;
    Ok(Json(CartView::beside(&shop, cart)?))
}
