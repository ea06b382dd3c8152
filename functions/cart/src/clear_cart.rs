//! `DELETE /cart`: empties the cart.

use crate::view::CartView;
use axum::extract::State;
use ferrocart::http::CartOwner;
use ferrocart::http::Json;
use ferrocart::{AppState, Result};

/// Empties the cart
///
/// An empty cart stays empty: repeating the request has no further effect.
#[utoipa::path(
    delete,
    path = "/api/v1/cart",
    tag = "cart",
    responses((status = 200, description = "The cart, empty", body = CartView))
)]
pub(crate) async fn clear_cart(State(shop): State<AppState>, owner: CartOwner) -> Result<Json<CartView>> {
    let cart = shop.carts.clear(owner.id(), shop.now()).await?;
    Ok(Json(CartView::of(&shop, cart).await?))
}
