//! Requests the payment of an order from Stripe: one intent for exactly its total, however often it is requested.

use super::cancel_intent::cancel_intent;
use super::store_cancellation::store_cancellation_now;
use crate::db::orders::OrderDoc;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::{PaymentFailure, PaymentStatus};
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::payments::Intent;
use crate::state::Shop;

/// Ensures that a pending order has its payment intent, and returns the order as it is then.
///
/// If Stripe rejects the payment for good, the order is cancelled with Stripe's reason. If Stripe rejects the API key, the
/// order is returned without an intent, and the next request for its payment tries again, until the order expires.
///
/// # Errors
/// [`Error::Stripe`] when Stripe cannot be reached, and [`Error::Database`] when the intent cannot be stored. It may be
/// stored even so.
pub async fn request_payment(shop: &Shop, order: OrderDoc) -> Result<OrderDoc> {
    if order.status != OrderStatus::Pending || order.payment.client_secret.is_some() {
        return Ok(order);
    }
    let intent = match create_intent(shop, &order).await {
        Ok(intent) => intent,
        Err(Error::Stripe(error)) if error.is_outage() => return Err(error.into()),
        Err(error) => {
            if let Error::Stripe(stripe) = &error
                && let Some(failure) = stripe.payment_failure()
            {
                return cancel_unpayable(shop, order, &failure).await;
            }
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

/// Cancels an order that Stripe refuses to charge. After a crash, `maintenance` requests the payment again.
async fn cancel_unpayable(shop: &Shop, order: OrderDoc, failure: &PaymentFailure) -> Result<OrderDoc> {
    let (order_id, code) = (order.id, failure.code.as_str());
    tracing::error!(%order_id, code, message = failure.message, "Stripe refuses the payment of an order, which is cancelled");
    fail_point(Point::CheckoutRefusedIntent);
    let cancelled = order.transition(OrderStatus::Cancelled, Actor::System, shop.now())?;
    let cancelled = cancelled.with_payment(PaymentStatus::Canceled).with_failure(failure)?.require_no_intent();
    match store_cancellation_now(shop, &order, &cancelled).await {
        // A concurrent request has cancelled it, or was not refused.
        Err(Error::InvalidTransition(_)) => Ok(shop.orders.get(order.id).await?.unwrap_or(order)),
        stored => stored,
    }
}

/// Cancels an intent whose order no longer waits for a payment. Its client secret was never returned to a buyer.
async fn abandon_intent(shop: &Shop, order: OrderDoc, intent: &Intent) -> Result<OrderDoc> {
    let current = shop.orders.get(order.id).await?.unwrap_or(order);
    if current.transaction_id.as_ref() != Some(&intent.id)
        && let Err(error) = cancel_intent(shop, &current, &intent.id, Actor::System).await
    {
        tracing::warn!(%error, order_id = %current.id, "an unused payment intent stays open");
    }
    Ok(current)
}

/// Creates the intent of an order, or retrieves the one that was created before.
async fn create_intent(shop: &Shop, order: &OrderDoc) -> Result<Intent> {
    let stripe = shop.stripe()?;
    let OrderDoc { id, total_amount, currency, payment, order_number, shipping_address, .. } = order;
    // Stripe's idempotency key consists of the order's id and this attempt: a repeated call returns the first intent.
    let attempt = payment.idempotency_attempt;
    let create = async |attempt| {
        stripe.create_intent(*id, attempt, order_number, *total_amount, *currency, shipping_address).await
    };
    match create(attempt).await {
        // Stripe repeats a stored server error for a day, although it may have created the intent.
        Err(error) if error.is_stored() => match stripe.find_intent(*id, order.created_at).await? {
            Some(intent) => Ok(intent),
            None => {
                shop.orders.advance_idempotency_key(*id, attempt).await?;
                Ok(create(attempt.saturating_add(1)).await?)
            }
        },
        created => Ok(created?),
    }
}
