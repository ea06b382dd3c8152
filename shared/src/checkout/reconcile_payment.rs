//! Reconciles an unpaid order with its payment intent at Stripe, in case an event was lost or is late.

use super::apply_payment::apply_payment_now;
use super::missing_event::count_missing_event;
use super::recover::finalize_checkout;
use super::refund::refunds_before_payment;
use super::request_payment::request_payment;
use super::store_cancellation::store_cancellation_now;
use crate::db::orders::OrderDoc;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::{PaymentFailure, PaymentStatus};
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::payments::IntentStatus;
use crate::state::Shop;

/// Retrieves the payment intent of an unpaid order and applies its state. Creates the intent if there is none yet.
pub async fn reconcile_payment(shop: &Shop, order: &OrderDoc) -> Result<()> {
    let Some(id) = &order.transaction_id else {
        // Stripe was unavailable, or the request has crashed, possibly after Stripe had refused the payment. The cart comes
        // first: a payment could revive the order after it was cancelled, and its lines would be bought twice.
        finalize_checkout(shop, order).await?;
        return request_payment(shop, order.clone()).await.map(drop);
    };
    let intent = shop.stripe()?.retrieve_intent(id).await?;
    fail_point(Point::ReconcileRetrievedIntent);
    match intent.status {
        IntentStatus::Succeeded => {
            let refunds = refunds_before_payment(shop, id).await?;
            let is_new = apply_payment_now(shop, order.id, &intent, &refunds, Actor::System).await?;
            fail_point(Point::ReconcileCommittedPayment);
            if is_new {
                count_missing_event(shop, order.id, id).await;
            }
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
        IntentStatus::Processing => correct_status(shop, order, PaymentStatus::Processing, None).await,
        // The bank has declined, and that event arrived before the one about the attempt.
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation | IntentStatus::RequiresAction
            if order.payment.status == PaymentStatus::Processing =>
        {
            correct_status(shop, order, PaymentStatus::Failed, intent.failure().as_ref()).await
        }
        _ => Ok(()),
    }
}

async fn correct_status(
    shop: &Shop,
    order: &OrderDoc,
    status: PaymentStatus,
    failure: Option<&PaymentFailure>,
) -> Result<()> {
    if order.payment.status != status {
        shop.orders.correct_payment_status(order, status, failure, shop.now()).await?;
    }
    Ok(())
}
