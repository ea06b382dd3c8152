//! Cancels an order with its stock. An unpaid one first at Stripe, so that nobody pays for nothing;
//! a paid one first here, so that nobody has both the goods and the money.

use super::{by_product, refund_owed};
use crate::db::orders::{Flag, Move, OrderDoc};
use crate::db::transaction;
use crate::domain::order::{Actor, InvalidTransition, OrderStatus};
use crate::domain::payment::PaymentStatus;
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
            store(shop, order, &cancelled.with_payment(PaymentStatus::Canceled)).await
        }
        (_, None) => {
            let nothing_to_send = cancelled.with_payment(PaymentStatus::Refunded).with_refunded(order.total_amount);
            store(shop, order, &nothing_to_send).await
        }
        // The other way round, an order that is shipped at this moment would have its money back.
        (_, Some(_)) => {
            let owing = store(shop, order, &cancelled.with_flag(Flag::RefundOwed)).await?;
            if let Err(error) = refund_owed(shop, &owing).await {
                tracing::warn!(%error, order_id = %order.id, "a refund is left to the scheduled function");
            }
            Ok(shop.orders.get(order.id).await?.unwrap_or(owing))
        }
    }
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
        Some(order) => Ok(order),
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
    for (product, pieces) in by_product(order.lines()) {
        shop.products.return_stock(session, order.id, product, &pieces, now).await?;
    }
    Ok(Some(stored))
}
