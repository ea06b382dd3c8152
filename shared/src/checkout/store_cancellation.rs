//! Stores a cancellation together with the restock of the order: both or neither.

use super::refund::restock_order;
use crate::db::orders::{OrderDoc, Transition};
use crate::db::transaction;
use crate::domain::order::Actor;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::state::Shop;
use crate::telemetry::{BusinessEvent, record};
use futures_util::FutureExt;
use mongodb::ClientSession;

/// Stores a cancellation and restocks the order, in a transaction of its own.
///
/// # Errors
/// [`Error::InvalidTransition`] when the status has changed.
pub(super) async fn store_cancellation_now(shop: &Shop, order: &OrderDoc, cancelled: &Transition) -> Result<OrderDoc> {
    let context = (shop, order, cancelled, shop.now());
    let stored = transaction::run(&shop.database, context, |session, &(shop, order, cancelled, now)| {
        store_cancellation(shop, session, order, cancelled, now).boxed()
    });
    match stored.await? {
        Some(order) => {
            fail_point(Point::CancelCommitted);
            Ok(order)
        }
        None => {
            let current = shop.orders.get(order.id).await?.ok_or(Error::NotFound)?;
            if current.was_cancelled_by(Actor::Stripe) {
                // Stripe's event about the intent that was just cancelled has arrived first.
                return Ok(current);
            }
            Err(cancelled.rejected(current.status).into())
        }
    }
}

/// Stores a cancellation and restocks the order, inside a transaction; `None` when the status has changed.
pub(super) async fn store_cancellation(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    cancelled: &Transition,
    now: Timestamp,
) -> Result<Option<OrderDoc>> {
    let Some(stored) = shop.orders.store_transition(cancelled, Some(&mut *session)).await? else { return Ok(None) };
    if !order.is_synthetic {
        record(BusinessEvent::OrderCancelled(order.id));
    }
    fail_point(Point::CancelStoredTransition);
    if !stored.restocked {
        restock_order(shop, session, order, now).await?;
    }
    Ok(Some(stored))
}
