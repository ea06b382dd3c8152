//! `GET /cart`: returns the cart.

use crate::view::CartView;
use axum::extract::State;
use ferrocart::http::CartOwner;
use ferrocart::http::Json;
use ferrocart::{AppState, Result};

/// Returns the cart
///
/// It is empty if nothing was added yet. Prices are the current ones of the catalogue. A line that can no longer be bought
/// stays in the cart with `available: false`.
#[utoipa::path(
    get,
    path = "/api/v1/cart",
    tag = "cart",
    responses((status = 200, description = "The cart", body = CartView))
)]
pub(crate) async fn get_cart(State(shop): State<AppState>, owner: CartOwner) -> Result<Json<CartView>> {
    let cart = shop.carts.with_products(owner.id()).await?;
    Ok(Json(CartView::beside(&shop, cart)?))
}
