//! Cancels an order with its stock. An unpaid one first at Stripe, so that nobody pays for nothing;
//! a paid one first here, so that nobody has both the goods and the money.

use super::refund::CANCELLED;
use super::{put_back, send_refund, with_rest_refunded};
use crate::chaos::{Point, point};
use crate::db::orders::{Move, OrderDoc};
use crate::db::{new_id, transaction};
use crate::domain::id::{OrderId, RefundId};
use crate::domain::order::{Actor, InvalidTransition, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::domain::refund::Refund;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::payments::{Intent, IntentStatus};
use crate::state::Shop;
use crate::telemetry::{Fact, note};
use futures_util::FutureExt;
use mongodb::ClientSession;

/// Cancels an order that is pending, or paid and not shipped; what was paid goes back in full.
///
/// # Errors
/// [`Error::InvalidTransition`] when it is too late, also when it is paid at this very moment;
/// Stripe's and the database's, after which it may be tried again.
pub async fn cancel(shop: &Shop, order: &OrderDoc, by: Actor) -> Result<OrderDoc> {
    let cancelled = order.go_to(OrderStatus::Cancelled, by, shop.now())?;
    match (order.status, &order.transaction_id) {
        // Nobody was ever told how to pay it, and with this nobody will be.
        (OrderStatus::Pending, None) => {
            store(shop, order, &cancelled.with_payment(PaymentStatus::Canceled).unless_intent()).await
        }
        (OrderStatus::Pending, Some(intent)) => {
            cancel_intent(shop, intent).await?;
            point(Point::CancelEndedIntent);
            store(shop, order, &cancelled.with_payment(PaymentStatus::Canceled)).await
        }
        // The other way round, an order that is shipped at this moment would have its money back.
        _ => cancel_paid(shop, order.id, by).await,
    }
}

/// Cancels a paid order here, with the refund of all that is left, and then sends the refund.
async fn cancel_paid(shop: &Shop, order: OrderId, by: Actor) -> Result<OrderDoc> {
    let context = (shop, order, by, new_id(), shop.now());
    let cancelled = transaction::run(&shop.database, context, |session, (shop, order, by, refund, now)| {
        store_cancelled_with_refund(shop, session, *order, *by, *refund, *now).boxed()
    });
    let (cancelled, refund) = cancelled.await??;
    point(Point::CancelCommitted);
    match send_refund(shop, &cancelled, refund).await {
        Ok(refunded) => Ok(refunded),
        Err(error) => {
            tracing::warn!(%error, %order, "a refund is left to the scheduled function");
            Ok(cancelled)
        }
    }
}

/// Stores in a transaction that a paid order is cancelled, that all that is left of its money is to
/// go back under that id, and that its goods are in stock again.
async fn store_cancelled_with_refund(
    shop: &Shop,
    session: &mut ClientSession,
    order: OrderId,
    by: Actor,
    refund: RefundId,
    now: Timestamp,
) -> Result<Result<(OrderDoc, RefundId)>, mongodb::error::Error> {
    let Some(order) = shop.orders.get_in(session, order).await? else { return Ok(Err(Error::NotFound)) };
    let planned = order.go_to(OrderStatus::Cancelled, by, now).map_err(Error::from).and_then(|cancelled| {
        let ledger = with_rest_refunded(&order, Refund::new(refund, by, now), CANCELLED)?;
        Ok(cancelled.with_ledger(&ledger)?)
    });
    let cancelled = match planned {
        Ok(cancelled) => cancelled,
        Err(error) => return Ok(Err(error)),
    };
    let stored = store_cancelled(shop, session, &order, &cancelled, now).await?;
    Ok(stored.map(|order| (order, refund)).ok_or(Error::NotFound))
}

/// Makes sure that an order cannot be paid any more. Whatever the call to cancel came to, it is the
/// state of the intent that counts: the answer may have been lost, or be a repeated one.
async fn cancel_intent(shop: &Shop, intent: &str) -> Result<()> {
    let stripe = shop.stripe()?;
    let Err(error) = stripe.cancel_intent(intent).await else { return Ok(()) };
    match stripe.retrieve_intent(intent).await {
        Ok(Intent { status: IntentStatus::Canceled, .. }) => Ok(()),
        Ok(Intent { status: IntentStatus::Succeeded | IntentStatus::Processing, .. }) => {
            Err(InvalidTransition { from: OrderStatus::Processing, to: OrderStatus::Cancelled }.into())
        }
        // What Stripe does not know, nobody can pay.
        Err(unknown) if unknown.is_missing() => Ok(()),
        Ok(_) | Err(_) => Err(error.into()),
    }
}

/// Stores the move and gives the stock back, both or neither.
///
/// # Errors
/// [`Error::InvalidTransition`] when the order has moved on.
pub async fn store(shop: &Shop, order: &OrderDoc, cancelled: &Move) -> Result<OrderDoc> {
    let context = (shop, order, cancelled, shop.now());
    let stored = transaction::run(&shop.database, context, |session, (shop, order, cancelled, now)| {
        store_cancelled(shop, session, order, cancelled, *now).boxed()
    });
    match stored.await? {
        Some(order) => {
            point(Point::CancelCommitted);
            Ok(order)
        }
        None => {
            let now = shop.orders.get(order.id).await?.ok_or(Error::NotFound)?;
            if now.was_cancelled_by(Actor::Stripe) {
                // The event about the intent that we have just cancelled was faster than we are.
                return Ok(now);
            }
            Err(InvalidTransition { from: now.status, to: OrderStatus::Cancelled }.into())
        }
    }
}

/// Stores the move and gives the stock back, in a transaction; `None` when the order has moved on.
///
/// # Errors
/// The database's.
pub async fn store_cancelled(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    cancelled: &Move,
    now: Timestamp,
) -> Result<Option<OrderDoc>, mongodb::error::Error> {
    let Some(stored) = shop.orders.store_move(cancelled, Some(&mut *session)).await? else { return Ok(None) };
    note(Fact::OrderCancelled(order.id));
    point(Point::CancelMoved);
    if !stored.restocked {
        put_back(shop, session, order, now).await?;
    }
    Ok(Some(stored))
}
