//! Cancels an order with its stock. An unpaid order is cancelled at Stripe first, so that it cannot be paid afterwards; a
//! paid one here first, so that it cannot be both shipped and refunded.

use super::apply_payment::apply_payment_now;
use super::cancel_intent::{CancelledIntent, cancel_intent};
use super::mismatch::{flag_mismatch, is_exact, mismatched_payment};
use super::owed_refund::ledger_with_full_refund;
use super::reconcile_payment::reconcile_payment;
use super::refund::send_refund;
use super::store_cancellation::{store_cancellation, store_cancellation_now};
use crate::db::orders::{MismatchedPayment, OrderDoc};
use crate::db::{new_id, transaction};
use crate::domain::id::OrderId;
use crate::domain::order::{Actor, InvalidTransition, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::domain::refund::Refund;
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::state::Shop;
use futures_util::FutureExt;
use mongodb::ClientSession;

/// Cancels an order that is pending, or paid and not shipped, and refunds in full what was paid.
///
/// Buyers can cancel only unpaid orders: the parcel of a paid one may be packed already.
///
/// # Errors
/// [`Error::InvalidTransition`] when it is too late; for everyone but administrators also when the order is being paid
/// at this moment. [`Error::PaymentProcessing`] while a payment is under way that takes days, such as a bank debit. After
/// any other error the call may be repeated.
pub async fn cancel_order(shop: &Shop, order: &OrderDoc, by: Actor) -> Result<OrderDoc> {
    match cancel_unchanged(shop, order, by).boxed().await {
        Err(Error::InvalidTransition(rejected)) => {
            let current = shop.orders.get(order.id).await?.ok_or(Error::NotFound)?;
            // The order was read before its payment intent was attached, or before it was paid.
            let has_changed = (current.status, &current.transaction_id) != (order.status, &order.transaction_id);
            if has_changed { cancel_unchanged(shop, &current, by).boxed().await } else { Err(rejected.into()) }
        }
        outcome => outcome,
    }
}

/// Cancels an order that was not paid in time. If it turns out to be paid, the payment is applied. While its payment is
/// under way, the order keeps its stock.
pub async fn expire_order(shop: &Shop, order: &OrderDoc) -> Result<()> {
    match cancel_order(shop, order, Actor::System).await {
        Ok(_) | Err(Error::PaymentProcessing { .. }) => Ok(()),
        // The order was paid or cancelled since it was read, here or at Stripe.
        Err(Error::InvalidTransition(_)) if order.transaction_id.is_some() => reconcile_payment(shop, order).await,
        Err(Error::InvalidTransition(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Cancels an order that has not changed since it was read.
async fn cancel_unchanged(shop: &Shop, order: &OrderDoc, by: Actor) -> Result<OrderDoc> {
    let cancelled = order.transition(OrderStatus::Cancelled, by, shop.now())?;
    match (order.status, &order.transaction_id) {
        // No client secret was ever returned for it, and after this none will be.
        (OrderStatus::Pending, None) => {
            let cancelled = cancelled.with_payment(PaymentStatus::Canceled).require_no_intent();
            store_cancellation_now(shop, order, &cancelled).await
        }
        (OrderStatus::Pending, Some(intent)) => match cancel_intent(shop, order, intent, by).await? {
            CancelledIntent::Canceled => {
                fail_point(Point::CancelCanceledIntent);
                store_cancellation_now(shop, order, &cancelled.with_payment(PaymentStatus::Canceled)).await
            }
            CancelledIntent::Processing(reason) => {
                // The event about it may be late or lost. The order view shows that the payment is under way.
                shop.orders.correct_payment_status(order, PaymentStatus::Processing, None, shop.now()).await?;
                Err(Error::PaymentProcessing { reason })
            }
            // Paid, and the event has not arrived yet.
            CancelledIntent::Paid(paid) if is_exact(shop, order, &paid) => {
                if by == Actor::Admin {
                    apply_payment_now(shop, order.id, &paid, &[], Actor::System).await?;
                }
                Err(InvalidTransition { from: OrderStatus::Processing, to: OrderStatus::Cancelled, by }.into())
            }
            // A mismatched payment does not pay the order, and is refunded.
            CancelledIntent::Paid(paid) => match mismatched_payment(shop, order, &paid) {
                Some(mismatch) => cancel_paid(shop, order.id, by, Some(mismatch)).await,
                None => store_cancellation_now(shop, order, &cancelled.with_payment(PaymentStatus::Canceled)).await,
            },
        },
        // The other way round an order that is being shipped at this moment would be refunded.
        _ => cancel_paid(shop, order.id, by, None).await,
    }
}

/// Cancels an order for which money was received, and then sends its refund.
async fn cancel_paid(shop: &Shop, order: OrderId, by: Actor, mismatch: Option<MismatchedPayment>) -> Result<OrderDoc> {
    let refund = Refund::new(new_id(), by, shop.now());
    let context = (shop, order, mismatch, &refund);
    let cancelled = transaction::run(&shop.database, context, |session, &(shop, order, mismatch, refund)| {
        store_cancellation_with_refund(shop, session, order, mismatch, refund).boxed()
    });
    let cancelled = cancelled.await?;
    fail_point(Point::CancelCommitted);
    match send_refund(shop, &cancelled, refund.id).await {
        Ok(refunded) => Ok(refunded),
        Err(error) => {
            tracing::warn!(%error, %order, "maintenance will retry a refund");
            Ok(cancelled)
        }
    }
}

/// Stores, inside a transaction, that the order is cancelled, restocked, and that its remaining payment is to be refunded.
async fn store_cancellation_with_refund(
    shop: &Shop,
    session: &mut ClientSession,
    order: OrderId,
    mismatch: Option<MismatchedPayment>,
    refund: &Refund,
) -> Result<OrderDoc> {
    let now = refund.created_at;
    let mut order = shop.orders.get_in(session, order).await?.ok_or(Error::NotFound)?;
    if mismatch.is_some() {
        order.mismatched_payment = mismatch;
        flag_mismatch(shop, session, &order, now).await?;
    }
    let cancelled = order.transition(OrderStatus::Cancelled, refund.by, now)?;
    let cancelled = cancelled.with_ledger(&order, &ledger_with_full_refund(&order, refund.clone())?)?;
    let cancelled = match &order.mismatched_payment {
        Some(mismatch) => cancelled.with_mismatched_payment(mismatch)?,
        None => cancelled,
    };
    store_cancellation(shop, session, &order, &cancelled, now).await?.ok_or(Error::NotFound)
}
