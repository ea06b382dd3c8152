//! Ships and delivers paid orders.

use crate::db::orders::{OrderDoc, Tracking};
use crate::db::transaction;
use crate::domain::order::{Actor, InvalidTransition, OrderStatus};
use crate::error::{Error, Result};
use crate::state::Shop;
use futures_util::FutureExt;

/// Marks a paid order as shipped, unless a dispute, a full refund or a restock blocks it.
///
/// # Errors
/// [`Error::InvalidTransition`], [`Error::ShippingBlocked`]
pub async fn ship_order(shop: &Shop, order: &OrderDoc, tracking: Option<&Tracking>) -> Result<OrderDoc> {
    let mut shipped = order.transition(OrderStatus::Shipped, Actor::Admin, shop.now())?;
    if let Some(tracking) = tracking {
        shipped = shipped.with_tracking(tracking)?;
    }
    let stored = transaction::run(&shop.database, (shop, order.id, &shipped), |session, &(shop, order, shipped)| {
        async move {
            // Read inside the transaction: a dispute or refund that is stored at this moment collides with it.
            let current = shop.orders.get_in(session, order).await?;
            if let Some(block) = current.map(|order| order.shipping_block()).transpose()?.flatten() {
                return Err(Error::ShippingBlocked(block));
            }
            Ok(shop.orders.store_transition(shipped, Some(session)).await?)
        }
        .boxed()
    });
    stored_or_conflict(shop, order, OrderStatus::Shipped, stored.await?).await
}

/// Marks a shipped order as delivered.
///
/// # Errors
/// [`Error::InvalidTransition`]
pub async fn deliver_order(shop: &Shop, order: &OrderDoc, tracking: Option<&Tracking>) -> Result<OrderDoc> {
    let mut delivered = order.transition(OrderStatus::Delivered, Actor::Admin, shop.now())?;
    if let Some(tracking) = tracking {
        delivered = delivered.with_tracking(tracking)?;
    }
    let stored = shop.orders.store_transition(&delivered, None).await?;
    stored_or_conflict(shop, order, OrderStatus::Delivered, stored).await
}

/// Replaces the tracking of an order that stays in its status.
///
/// # Errors
/// [`Error::InvalidTransition`] when the order has left the status.
pub async fn correct_tracking(shop: &Shop, order: &OrderDoc, tracking: &Tracking) -> Result<OrderDoc> {
    let stored = shop.orders.set_tracking(order.id, order.status, tracking, shop.now()).await?;
    stored_or_conflict(shop, order, order.status, stored).await
}

/// Returns the stored order; an error if the order was not in the expected status any more.
async fn stored_or_conflict(
    shop: &Shop,
    order: &OrderDoc,
    to: OrderStatus,
    stored: Option<OrderDoc>,
) -> Result<OrderDoc> {
    match stored {
        Some(order) => Ok(order),
        None => {
            let current = shop.orders.get(order.id).await?.ok_or(Error::NotFound)?;
            Err(InvalidTransition { from: current.status, to, by: Actor::Admin }.into())
        }
    }
}
