//! `POST /cart/items`: adds a SKU to the cart.

use crate::offer::Offer;
use crate::view::CartView;
use axum::extract::State;
use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::domain::cart::MAX_LINES;
use ferrocart::domain::id::{ProductId, UserId};
use ferrocart::domain::quantity::Quantity;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::CartOwner;
use ferrocart::http::Json;
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The SKU and quantity to add.
#[derive(Debug, ToSchema)]
pub(crate) struct AddItem {
    product_id: ProductId,
    variant_sku: Sku,
    quantity: Quantity,
}

from_fields!(AddItem { product_id, variant_sku, quantity });

/// Adds a SKU to the cart
///
/// If the cart has a line of that SKU, its quantity increases. A line has 1 to 99 pieces, a cart at most 50 lines.
#[utoipa::path(
    post,
    path = "/api/v1/cart/items",
    tag = "cart",
    request_body = AddItem,
    responses(
        (status = 200, description = "The updated cart", body = CartView),
        (status = 409, description = "`insufficient_stock`: `items` has the available quantity.\n\
            `product_unavailable`: it is not for sale, or the product has no such SKU"),
    )
)]
pub(crate) async fn add_item(
    State(shop): State<AppState>,
    owner: CartOwner,
    Json(AddItem { product_id, variant_sku, quantity }): Json<AddItem>,
) -> Result<Json<CartView>> {
    let offer = Offer::find(&shop, owner.id(), product_id, &variant_sku).await?;
    let item = CartItem { product_id, variant_sku, quantity, thumbnail: offer.thumbnail.clone() };
    let cart = add(&shop, owner.id(), &item, &offer).await?;
    Ok(Json(CartView::of(&shop, Some(cart)).await?))
}

/// Adds to the line or creates it. Each write names the state that it expects of the cart, so that concurrent requests all
/// count; after a conflict the cart is read again.
async fn add(shop: &AppState, user: UserId, item: &CartItem, offer: &Offer) -> Result<CartDoc> {
    loop {
        if let Some(cart) = shop.carts.add_to_line(user, item, offer.most(), shop.now()).await? {
            return Ok(cart);
        }
        let lines = shop.carts.by_user(user).await?.map(|cart| cart.items).unwrap_or_default();
        match lines.iter().find(|line| line.variant_sku == item.variant_sku) {
            Some(line) if line.product_id == item.product_id => {
                offer.check(u32::from(line.quantity.get()).saturating_add(u32::from(item.quantity.get())))?;
            }
            // The SKU belongs to another product now: the product of the line cannot be bought.
            Some(line) => drop(shop.carts.remove_line(user, &line.variant_sku, shop.now()).await?),
            None if lines.len() >= MAX_LINES => {
                let message = format!("a cart has at most {MAX_LINES} lines");
                return Err(Error::field("", ValidationError::new("too_many", message)));
            }
            None => {
                offer.check(u32::from(item.quantity.get()))?;
                if let Some(cart) = shop.carts.add_line(user, item, shop.now()).await? {
                    return Ok(cart);
                }
            }
        }
    }
}
