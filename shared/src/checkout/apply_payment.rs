//! Applies a succeeded payment intent to its order. Webhook, maintenance and administrators' cancellations share it.

use super::mismatch::{flag_mismatch, is_exact, mismatched_payment};
use super::owed_refund::late_payment_refund;
use super::store_cancellation::store_cancellation;
use crate::db::new_id;
use crate::db::orders::{Flag, OrderDoc};
use crate::db::transaction;
use crate::domain::id::OrderId;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::refund::StripeRefund;
use crate::domain::sku::group_by_product;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::fail_points::{Point, fail_point};
use crate::payments::Intent;
use crate::state::Shop;
use crate::telemetry::{BusinessEvent, record};
use futures_util::FutureExt;
use mongodb::ClientSession;

/// Applies a succeeded intent to its order inside a transaction, with the refunds that Stripe already has of it.
///
/// - A mismatched amount, currency or mode does not mark the order as paid: the order is flagged.
/// - A pending order moves to `processing`, or to `cancelled` if all of the money was refunded before.
/// - A cancelled order moves to `processing` if its stock can be reacquired and its address is not erased; otherwise the
///   payment is refunded.
pub(super) async fn apply_payment(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    intent: &Intent,
    refunds: &[StripeRefund],
    by: Actor,
    now: Timestamp,
) -> Result<()> {
    if !is_exact(shop, order, intent) {
        return apply_mismatch(shop, session, order, intent, now).await;
    }
    if order.payment.status.is_paid() {
        return Ok(());
    }
    // A refund may become known before the payment that it belongs to.
    let mut ledger = order.ledger();
    refunds.iter().for_each(|refund| ledger.reconcile(refund, new_id(), now));
    let fully_refunded = !order.total_amount.is_zero() && ledger.remaining()?.is_zero();
    match order.status {
        OrderStatus::Pending if fully_refunded => {
            tracing::warn!(order_id = %order.id, "cancelled an order whose payment was fully refunded before it was processed");
            let cancelled = order.transition(OrderStatus::Cancelled, by, now)?;
            let cancelled = cancelled.with_ledger(order, &ledger)?.with_intent(&intent.id);
            store_cancellation(shop, session, order, &cancelled, now).await.map(drop)
        }
        OrderStatus::Cancelled
            if fully_refunded
                // The order has no address any more.
                || order.buyer_erased_at.is_some()
                || !reacquire_stock(shop, session, order, now).await? =>
        {
            tracing::warn!(order_id = %order.id, "a cancelled order was paid, and its payment is refunded");
            ledger.refund_remaining(late_payment_refund(now))?;
            Ok(shop.orders.record_owed_refund(session, order, &intent.id, None, &ledger, now).await?)
        }
        _ => match order.transition(OrderStatus::Processing, by, now) {
            Ok(paid) => {
                let paid = paid.with_ledger(order, &ledger)?.with_intent(&intent.id);
                record(BusinessEvent::OrderPaid(order.id, order.total_amount, order.currency));
                shop.orders.store_transition(&paid, Some(session)).await?;
                Ok(())
            }
            Err(_) => Ok(shop.orders.flag(session, order.id, Flag::PaidAfterEnd, now).await?),
        },
    }
}

/// Applies a succeeded intent to its order in a transaction of its own. Returns whether that has paid the order: false if
/// it was paid before, or if the payment does not match.
pub(super) async fn apply_payment_now(
    shop: &Shop,
    order: OrderId,
    intent: &Intent,
    refunds: &[StripeRefund],
    by: Actor,
) -> Result<bool> {
    let context = (shop, order, intent, refunds, by, shop.now());
    transaction::run(&shop.database, context, |session, &(shop, order, intent, refunds, by, now)| {
        async move {
            let Some(order) = shop.orders.get_in(session, order).await? else { return Ok(false) };
            apply_payment(shop, session, &order, intent, refunds, by, now).await?;
            fail_point(Point::PaymentStored);
            Ok(!order.payment.status.is_paid() && is_exact(shop, &order, intent))
        }
        .boxed()
    })
    .await
}

/// Flags an order with a mismatched payment. The money of an open order is refunded when the order is cancelled by its
/// buyer, by an administrator or by expiry; that of a cancelled order is refunded at once.
async fn apply_mismatch(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    intent: &Intent,
    now: Timestamp,
) -> Result<()> {
    flag_mismatch(shop, session, order, now).await?;
    let mismatch = mismatched_payment(shop, order, intent);
    let is_new = order.status == OrderStatus::Cancelled && !order.payment.status.is_paid();
    let Some(mismatch) = mismatch.filter(|_| is_new) else { return Ok(()) };
    let mut ledger = OrderDoc { mismatched_payment: Some(mismatch), ..order.clone() }.ledger();
    ledger.refund_remaining(late_payment_refund(now))?;
    Ok(shop.orders.record_owed_refund(session, order, &intent.id, Some(&mismatch), &ledger, now).await?)
}

/// Reacquires the stock of a cancelled order, all of it or none; returns whether it was available.
async fn reacquire_stock(shop: &Shop, session: &mut ClientSession, order: &OrderDoc, now: Timestamp) -> Result<bool> {
    let products = group_by_product(order.quantities());
    for (product, quantities) in &products {
        if !shop.products.reacquire(session, *product, quantities, now).await? {
            for (reacquired, quantities) in products.range(..product) {
                shop.products.restock(session, order.id, *reacquired, quantities, now).await?;
            }
            return Ok(false);
        }
        fail_point(Point::PaymentReacquiredProduct);
    }
    Ok(true)
}
