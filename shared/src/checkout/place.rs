//! Places an order: attempts to buy the cart until one attempt ends with an order or an error.

use super::admit::admit;
use super::attempt::{AttemptOutcome, CheckoutAttempt, CheckoutRequest, start_attempt};
use super::recover::{complete_or_release, finalize_checkout};
use super::replay::{find_existing_order, reject_unless_replayed, resolve_conflicting_hold};
use super::request_payment::request_payment;
use super::reserve::{ReserveOutcome, ReservedStock, reserve_stock};
use super::snapshot::{order_number, snapshot_order};
use crate::db::orders::{IDEMPOTENCY_UNIQUE, NUMBER_UNIQUE, OrderDoc, OrderSlot, PURCHASE_UNIQUE};
use crate::db::{ID_UNIQUE, violated_index};
use crate::error::{Error, Result};
use crate::fail_points::{Defect, Point, fail_point, injected};
use crate::state::Shop;
use crate::telemetry::{BusinessEvent, record, time_other};
use std::time::Duration;

/// The number of attempts while other requests buy the same cart or the same stock, and the pause after each that has to
/// wait: two seconds in all.
const MAX_ATTEMPTS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// An order, and whether an earlier request has placed it.
#[derive(Debug)]
pub struct PlacedOrder {
    /// The order.
    pub order: OrderDoc,
    /// Whether an earlier request has placed it.
    pub replayed: bool,
}

/// Buys what is in the cart and requests the payment.
///
/// # Errors
/// Errors that name what the buyer has to change, such as [`Error::InsufficientStock`];
/// [`Error::IdempotencyInProgress`] when a concurrent request for the same cart does not end in time. If Stripe cannot
/// be reached, the order is returned without a payment intent.
pub async fn place_order(shop: &Shop, request: &CheckoutRequest) -> Result<PlacedOrder> {
    let PlacedOrder { order, replayed } = place(shop, request).await?;
    // A replay continues where a crashed request has stopped: a remaining hold means that it was not finalized.
    if !replayed {
        finalize_checkout(shop, &order).await?;
    } else if !shop.products.held_by(order.id).await?.is_empty() {
        complete_or_release(shop, &order).await?;
    }
    let order = match request_payment(shop, order.clone()).await {
        Ok(order) => order,
        Err(error) => {
            tracing::warn!(%error, order_id = %order.id, "placed an order without a payment intent");
            order
        }
    };
    Ok(PlacedOrder { order, replayed })
}

async fn place(shop: &Shop, request: &CheckoutRequest) -> Result<PlacedOrder> {
    for _ in 0..MAX_ATTEMPTS {
        match attempt_once(shop, request).await? {
            AttemptOutcome::Placed(order) => return Ok(PlacedOrder { order: *order, replayed: false }),
            AttemptOutcome::Replayed(order) => return Ok(PlacedOrder { order: *order, replayed: true }),
            AttemptOutcome::Retry => {}
            AttemptOutcome::Wait => time_other(tokio::time::sleep(PAUSE)).await,
        }
    }
    Err(Error::IdempotencyInProgress)
}

async fn attempt_once(shop: &Shop, request: &CheckoutRequest) -> Result<AttemptOutcome> {
    let attempt = match start_attempt(shop, request).await {
        Ok(attempt) => attempt,
        Err(error @ Error::Database(_)) => return Err(error),
        // An earlier run of the same request may have emptied the cart.
        Err(error) => return reject_unless_replayed(shop, request, None, error).await,
    };
    if let Err(error) = admit(shop, &attempt, attempt.current_total) {
        return reject_unless_replayed(shop, request, Some(&attempt), error).await;
    }
    match reserve_stock(shop, &attempt).await? {
        ReserveOutcome::Reserved(stock) => insert_order(shop, request, &attempt, stock).await,
        ReserveOutcome::ConflictingHold(holder) => resolve_conflicting_hold(shop, request, &attempt, holder).await,
        ReserveOutcome::Rejected(error) => reject_unless_replayed(shop, request, Some(&attempt), error).await,
        ReserveOutcome::Replenished => Ok(AttemptOutcome::Retry),
    }
}

/// Inserts the order of an attempt whose stock is reserved. This is the moment of the sale.
///
/// After an unknown result nothing is released, because the order may be placed: a replay finds out.
async fn insert_order(
    shop: &Shop,
    request: &CheckoutRequest,
    attempt: &CheckoutAttempt,
    stock: ReservedStock,
) -> Result<AttemptOutcome> {
    let mut order = match snapshot_order(shop, request, attempt, &stock.products) {
        Ok(order) => order,
        Err(error) => {
            stock.release(shop, attempt.order).await;
            return reject_unless_replayed(shop, request, Some(attempt), error).await;
        }
    };
    loop {
        let Err(error) = shop.orders.place(&order).await else { break };
        match violated_index(&error) {
            Some(NUMBER_UNIQUE) => order.order_number = order_number()?,
            Some(IDEMPOTENCY_UNIQUE | PURCHASE_UNIQUE) => {
                stock.release(shop, attempt.order).await;
                return Ok(find_existing_order(shop, request, Some(attempt)).await?.unwrap_or(AttemptOutcome::Wait));
            }
            Some(ID_UNIQUE) => match shop.orders.slot(attempt.order).await? {
                OrderSlot::Placed(_) => break,
                OrderSlot::Tombstone => {
                    // A recovery has declared this request dead and has released what was reserved by then.
                    stock.release(shop, attempt.order).await;
                    return Err(Error::IdempotencyInProgress);
                }
                OrderSlot::Empty => return Err(error.into()),
            },
            _ => {
                if injected(Defect::CompensateWithoutCheck) {
                    stock.release(shop, attempt.order).await;
                }
                return Err(error.into());
            }
        }
    }
    fail_point(Point::CheckoutPlaced);
    if !order.is_synthetic {
        record(BusinessEvent::OrderPlaced(order.id));
    }
    Ok(AttemptOutcome::Placed(Box::new(order)))
}
