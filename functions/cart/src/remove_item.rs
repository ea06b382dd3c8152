//! `DELETE /cart/items/{id}`: removes a line.

use crate::view::CartView;
use axum::extract::State;
use ferrocart::domain::sku::Sku;
use ferrocart::http::CartOwner;
use ferrocart::http::{Json, Path};
use ferrocart::{AppState, Error, Result};

/// Removes a line from the cart
///
/// The other lines are unaffected.
#[utoipa::path(
    delete,
    path = "/api/v1/cart/items/{id}",
    tag = "cart",
    params(("id" = Sku, Path, description = "The SKU of the line")),
    responses(
        (status = 200, description = "The cart without the line", body = CartView),
        (status = 404, description = "`not_found`: the cart has no such line. `cart_not_found`: no cart has this token; create a new one"),
    )
)]
pub(crate) async fn remove_item(
    State(shop): State<AppState>,
    owner: CartOwner,
    Path(sku): Path<Sku>,
) -> Result<Json<CartView>> {
    let cart = shop.carts.remove_line(owner.id(), &sku, shop.now()).await?.ok_or(Error::NotFound)?;
    Ok(Json(CartView::of(&shop, Some(cart)).await?))
}
