//! Requests the payment of an order from Stripe: one intent for exactly its total, however often it is requested.

use crate::db::orders::OrderDoc;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::payments::Intent;
use crate::state::Shop;

/// Ensures that a pending order has its payment intent, and returns the order as it is then.
///
/// If the intent cannot be created for another reason than an outage of Stripe, the order is returned without one. The
/// next request for its payment tries again, until it expires.
///
/// # Errors
/// [`Error::Stripe`] when Stripe cannot be reached, and [`Error::Database`] when the intent cannot be stored. It may be
/// stored even so.
pub async fn request_payment(shop: &Shop, order: OrderDoc) -> Result<OrderDoc> {
    if order.status != OrderStatus::Pending || order.payment.client_secret.is_some() {
        return Ok(order);
    }
    if order.total_amount.is_zero() {
        return mark_free_order_paid(shop, order).await;
    }
    let intent = match create_intent(shop, &order).await {
        Ok(intent) => intent,
        Err(Error::Stripe(error)) if error.is_outage() => return Err(error.into()),
        Err(error) => {
            tracing::error!(%error, order_id = %order.id, "an order has no payment intent");
            return Ok(order);
        }
    };
    fail_point(Point::CheckoutCreatedIntent);
    let secret = intent.client_secret.as_ref();
    let attached = shop.orders.attach_intent(order.id, &intent.id, secret, shop.now()).await?;
    fail_point(Point::CheckoutAttachedIntent);
    match attached {
        Some(order) => Ok(order),
        None => abandon_intent(shop, order, &intent).await,
    }
}

/// Cancels an intent whose order no longer waits for a payment. Its client secret was never returned to a buyer.
async fn abandon_intent(shop: &Shop, order: OrderDoc, intent: &Intent) -> Result<OrderDoc> {
    let current = shop.orders.get(order.id).await?.unwrap_or(order);
    if current.transaction_id.as_ref() != Some(&intent.id)
        && let Err(error) = shop.stripe()?.cancel_intent(&intent.id).await
    {
        tracing::warn!(%error, order_id = %current.id, "an unused payment intent stays open");
    }
    Ok(current)
}

/// Creates the intent of an order, or retrieves the one that was created before.
async fn create_intent(shop: &Shop, order: &OrderDoc) -> Result<Intent> {
    let stripe = shop.stripe()?;
    let OrderDoc { id, total_amount, currency, payment, order_number, .. } = order;
    // Stripe's idempotency key consists of the order's id and this attempt: a repeated call returns the first intent.
    let created = stripe.create_intent(*id, payment.idempotency_attempt, order_number, *total_amount, *currency).await;
    match created {
        // Stripe repeats a stored server error for a day. An intent that was created in spite of it cannot be paid,
        // because its client secret was in no response; so a second intent does no harm.
        Err(error) if error.is_stored() => match stripe.find_intent(*id).await? {
            Some(intent) => Ok(intent),
            None => {
                shop.orders.advance_idempotency_key(*id, payment.idempotency_attempt).await?;
                Err(error.into())
            }
        },
        created => Ok(created?),
    }
}

/// Marks an order with a total of 0 as paid: Stripe charges no such amount.
async fn mark_free_order_paid(shop: &Shop, order: OrderDoc) -> Result<OrderDoc> {
    let paid = order.transition(OrderStatus::Processing, Actor::System, shop.now())?;
    let stored = shop.orders.store_transition(&paid.with_payment(PaymentStatus::Succeeded), None).await?;
    Ok(stored.unwrap_or(order))
}
