//! Reconciles an unpaid order with its payment intent at Stripe, in case an event was lost or is late.

use super::apply_payment::apply_payment_now;
use super::store_cancellation::store_cancellation_now;
use crate::db::orders::OrderDoc;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::payments::IntentStatus;
use crate::state::Shop;

/// Retrieves the payment intent of an order and applies its state.
pub async fn reconcile_payment(shop: &Shop, order: &OrderDoc) -> Result<()> {
    // Without an intent the order cannot be paid.
    let Some(id) = &order.transaction_id else { return Ok(()) };
    let intent = shop.stripe()?.retrieve_intent(id).await?;
    fail_point(Point::ReconcileRetrievedIntent);
    match intent.status {
        IntentStatus::Succeeded => {
            let refunds = shop.stripe()?.refunds(id).await?;
            apply_payment_now(shop, order.id, &intent, &refunds, Actor::System).await?;
            fail_point(Point::ReconcileCommittedPayment);
            Ok(())
        }
        IntentStatus::Canceled => {
            let cancelled = order.transition(OrderStatus::Cancelled, Actor::System, shop.now())?;
            match store_cancellation_now(shop, order, &cancelled.with_payment(PaymentStatus::Canceled)).await {
                // An event, the buyer or a concurrent run has cancelled it.
                Err(Error::InvalidTransition(_)) => Ok(()),
                done => done.map(drop),
            }
        }
        IntentStatus::Processing => correct_status(shop, order, PaymentStatus::Processing).await,
        // The bank has declined, and that event arrived before the one about the attempt.
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation | IntentStatus::RequiresAction
            if order.payment.status == PaymentStatus::Processing =>
        {
            correct_status(shop, order, PaymentStatus::Failed).await
        }
        _ => Ok(()),
    }
}

async fn correct_status(shop: &Shop, order: &OrderDoc, status: PaymentStatus) -> Result<()> {
    if order.payment.status != status {
        shop.orders.correct_payment_status(order, status, shop.now()).await?;
    }
    Ok(())
}
