//! Releases holds: reserved stock becomes available again. Repeatable at any time.

use crate::domain::id::{OrderId, ProductId};
use crate::domain::sku::SkuQuantity;
use crate::error::Result;
use crate::fail_points::{Point, fail_point};
use crate::state::Shop;

/// Releases everything that is on hold for an order id.
pub(super) async fn release_holds(shop: &Shop, order: OrderId) -> Result<()> {
    let products = shop.products.held_by(order).await?;
    let held = products.into_iter().map(|product| (product.id, product.quantities_of(order)));
    release(shop, order, held).await
}

/// Releases these quantities of an order id, as far as they are on hold.
pub(super) async fn release(
    shop: &Shop,
    order: OrderId,
    held: impl IntoIterator<Item = (ProductId, Vec<SkuQuantity>)>,
) -> Result<()> {
    for (product, quantities) in held {
        shop.products.release_hold(order, product, &quantities, shop.now()).await?;
        fail_point(Point::HoldReleased);
    }
    Ok(())
}
