//! Completes or undoes checkouts whose request has died. Repeatable at any time.

use super::release::release_holds;
use crate::config::REQUEST_DEADLINE;
use crate::db::id_at;
use crate::db::orders::{OrderDoc, OrderSlot};
use crate::domain::id::OrderId;
use crate::domain::order::OrderStatus;
use crate::domain::sku::group_by_product;
use crate::error::Result;
use crate::fail_points::{Point, fail_point, is_impatient};
use crate::state::Shop;

/// Returns the smallest order id that a running request can have.
///
/// A request with a smaller id is dead: none runs longer than its deadline, and clocks differ by less than that.
#[must_use]
pub fn abandoned_cutoff(shop: &Shop) -> OrderId {
    if is_impatient() {
        return OrderId::from_bytes([u8::MAX; 12]);
    }
    id_at(shop.now().minus(REQUEST_DEADLINE.saturating_mul(2)))
}

/// Recovers a checkout whose request is dead: finalizes its order, or releases its holds if there is no order.
pub async fn recover_checkout(shop: &Shop, order: OrderId) -> Result<()> {
    // The tombstone comes first: a request that was merely suspended can no longer place the order afterwards.
    if shop.orders.insert_tombstone(order, shop.now()).await? {
        fail_point(Point::RecoveryInsertedTombstone);
        return release_holds(shop, order).await;
    }
    match shop.orders.slot(order).await? {
        OrderSlot::Placed(order) => complete_or_release(shop, &order).await,
        OrderSlot::Tombstone => release_holds(shop, order).await,
        // A failover may have removed the document that the tombstone collided with. A later run decides.
        OrderSlot::Empty => Ok(()),
    }
}

/// Finalizes the checkout of an order. A cancelled order was restocked already, so its remaining holds are released.
pub(super) async fn complete_or_release(shop: &Shop, order: &OrderDoc) -> Result<()> {
    match order.status {
        OrderStatus::Cancelled => release_holds(shop, order.id).await,
        _ => finalize_checkout(shop, order).await,
    }
}

/// Finalizes the checkout of a placed order: removes its lines from the cart and then its holds.
///
/// A remaining hold means that this is not done yet.
pub async fn finalize_checkout(shop: &Shop, order: &OrderDoc) -> Result<()> {
    shop.carts.remove_purchased(order, shop.now()).await?;
    fail_point(Point::CheckoutEmptiedCart);
    let products = group_by_product(order.quantities()).into_keys().collect();
    shop.products.remove_holds(order.id, products).await?;
    fail_point(Point::CheckoutRemovedHolds);
    Ok(())
}
