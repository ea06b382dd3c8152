//! Cancels an order with its stock. An unpaid one first at Stripe, so that nobody pays for nothing;
//! a paid one first here, so that nobody has both the goods and the money.

use super::pay::{flag_mismatch, is_exact, received, store_payment_now};
use super::refund::CANCELLED;
use super::{put_back, send_refund, with_rest_refunded};
use crate::chaos::{Point, point};
use crate::db::orders::{Move, OrderDoc, Received};
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

/// Cancels an order that is pending, or paid and not shipped; what was paid goes back in full. A
/// buyer cancels only what is not paid: the parcel may be packed already.
///
/// # Errors
/// [`Error::InvalidTransition`] when it is too late, for anybody but an administrator also when it is
/// paid at this very moment; Stripe's and the database's, after which it may be tried again.
pub async fn cancel(shop: &Shop, order: &OrderDoc, by: Actor) -> Result<OrderDoc> {
    match cancel_as_it_was(shop, order, by).boxed().await {
        Err(Error::InvalidTransition(refused)) => {
            let now = shop.orders.get(order.id).await?.ok_or(Error::NotFound)?;
            // It was read before it got its payment intent, or before it was paid.
            let has_moved = (now.status, &now.transaction_id) != (order.status, &order.transaction_id);
            if has_moved { cancel_as_it_was(shop, &now, by).boxed().await } else { Err(refused.into()) }
        }
        outcome => outcome,
    }
}

/// Cancels an order that has not moved since it was read.
async fn cancel_as_it_was(shop: &Shop, order: &OrderDoc, by: Actor) -> Result<OrderDoc> {
    let cancelled = order.go_to(OrderStatus::Cancelled, by, shop.now())?;
    match (order.status, &order.transaction_id) {
        // Nobody was ever told how to pay it, and with this nobody will be.
        (OrderStatus::Pending, None) => {
            store(shop, order, &cancelled.with_payment(PaymentStatus::Canceled).unless_intent()).await
        }
        (OrderStatus::Pending, Some(intent)) => match end_intent(shop, intent).await? {
            None => {
                point(Point::CancelEndedIntent);
                store(shop, order, &cancelled.with_payment(PaymentStatus::Canceled)).await
            }
            // The event that tells of it is on its way.
            Some(paid) if is_exact(shop, order, &paid) => {
                if by == Actor::Admin {
                    store_payment_now(shop, order.id, &paid, Actor::System).await?;
                }
                Err(InvalidTransition { from: OrderStatus::Processing, to: OrderStatus::Cancelled }.into())
            }
            // Money that does not fit is no payment, and does not stay.
            Some(paid) => match received(shop, order, &paid) {
                Some(received) => cancel_paid(shop, order.id, by, Some(received)).await,
                None => store(shop, order, &cancelled.with_payment(PaymentStatus::Canceled)).await,
            },
        },
        // The other way round, an order that is shipped at this moment would have its money back.
        _ => cancel_paid(shop, order.id, by, None).await,
    }
}

/// Cancels an order here for which money came, with the refund of all that is left, and then sends
/// the refund. The money may be something else than what the order costs: then it was not paid.
async fn cancel_paid(shop: &Shop, order: OrderId, by: Actor, received: Option<Received>) -> Result<OrderDoc> {
    let cancellation = Cancellation { shop, order, by, received, refund: new_id(), now: shop.now() };
    let cancelled = transaction::run(&shop.database, cancellation, |session, it| it.store(session).boxed());
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

/// An order for which money came is cancelled.
struct Cancellation<'a> {
    shop: &'a Shop,
    order: OrderId,
    by: Actor,
    received: Option<Received>,
    refund: RefundId,
    now: Timestamp,
}

impl Cancellation<'_> {
    /// Stores in a transaction that the order is cancelled, that all that is left of its money is to
    /// go back, and that its goods are in stock again.
    async fn store(&self, session: &mut ClientSession) -> Result<Result<(OrderDoc, RefundId)>, mongodb::error::Error> {
        let Self { shop, now, .. } = *self;
        let Some(mut order) = shop.orders.get_in(session, self.order).await? else { return Ok(Err(Error::NotFound)) };
        if self.received.is_some() {
            order.received = self.received;
            flag_mismatch(shop, session, &order, now).await?;
        }
        let cancelled = match self.plan(&order) {
            Ok(cancelled) => cancelled,
            Err(error) => return Ok(Err(error)),
        };
        let stored = store_cancelled(shop, session, &order, &cancelled, now).await?;
        Ok(stored.map(|order| (order, self.refund)).ok_or(Error::NotFound))
    }

    fn plan(&self, order: &OrderDoc) -> Result<Move> {
        let cancelled = order.go_to(OrderStatus::Cancelled, self.by, self.now)?;
        let ledger = with_rest_refunded(order, Refund::new(self.refund, self.by, self.now), CANCELLED)?;
        let cancelled = cancelled.with_ledger(&ledger)?;
        Ok(match &order.received {
            Some(received) => cancelled.with_received(received)?,
            None => cancelled,
        })
    }
}

/// Makes sure that an order cannot be paid any more, or answers the intent if it has been. Whatever
/// the call to cancel came to, it is the state of the intent that counts: the answer may have been
/// lost, or be a repeated one.
async fn end_intent(shop: &Shop, intent: &str) -> Result<Option<Intent>> {
    let stripe = shop.stripe()?;
    let Err(error) = stripe.cancel_intent(intent).await else { return Ok(None) };
    match stripe.retrieve_intent(intent).await {
        Ok(Intent { status: IntentStatus::Canceled, .. }) => Ok(None),
        Ok(paid @ Intent { status: IntentStatus::Succeeded, .. }) => Ok(Some(paid)),
        Ok(Intent { status: IntentStatus::Processing, .. }) => {
            Err(InvalidTransition { from: OrderStatus::Processing, to: OrderStatus::Cancelled }.into())
        }
        // What Stripe does not know, nobody can pay.
        Err(unknown) if unknown.is_missing() => Ok(None),
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
