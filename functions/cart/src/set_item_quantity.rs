//! `PUT /cart/items/{id}`: sets the quantity of a line.

use crate::offer::Offer;
use crate::view::CartView;
use axum::extract::State;
use ferrocart::domain::quantity::Quantity;
use ferrocart::domain::sku::Sku;
use ferrocart::http::CartOwner;
use ferrocart::http::{Json, Path};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The new quantity.
#[derive(Debug, ToSchema)]
pub(crate) struct SetItemQuantity {
    quantity: Quantity,
}

from_fields!(SetItemQuantity { quantity });

/// Sets the quantity of a line
///
/// 0 is rejected: use `DELETE` to remove a line.
#[utoipa::path(
    put,
    path = "/api/v1/cart/items/{id}",
    tag = "cart",
    params(("id" = Sku, Path, description = "The SKU of the line")),
    request_body = SetItemQuantity,
    responses(
        (status = 200, description = "The updated cart", body = CartView),
        (status = 404, description = "`not_found`: the cart has no such line. `cart_not_found`: no cart has this token; create a new one"),
        (status = 409, description = "`insufficient_stock`: `items` has the available quantity.\n\
            `product_unavailable`: it is not for sale any more"),
    )
)]
pub(crate) async fn set_item_quantity(
    State(shop): State<AppState>,
    owner: CartOwner,
    Path(sku): Path<Sku>,
    Json(request): Json<SetItemQuantity>,
) -> Result<Json<CartView>> {
    let cart = shop.carts.by_user(owner.id()).await?.ok_or(Error::NotFound)?;
    let line = cart.items.iter().find(|item| item.variant_sku == sku).ok_or(Error::NotFound)?;
    let offer = Offer::find(&shop, owner.id(), line.product_id, &sku).await?;
    offer.check(u32::from(request.quantity.get()))?;
    let cart = shop.carts.set_quantity(owner.id(), &sku, request.quantity, shop.now()).await?;
    Ok(Json(CartView::of(&shop, Some(cart.ok_or(Error::NotFound)?)).await?))
}
