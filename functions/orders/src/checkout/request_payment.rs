//! Asks Stripe for the payment of an order: one intent for exactly its total, however often.

use ferrocart::chaos::{Point, point};
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::payments::Intent;
use ferrocart::{AppState, Error, Result};

/// Makes sure that a pending order has its payment intent.
pub(crate) async fn request_payment(shop: &AppState, order: OrderDoc) -> Result<OrderDoc> {
    if order.status != OrderStatus::Pending || order.payment.client_secret.is_some() {
        return Ok(order);
    }
    if order.total_amount.is_zero() {
        return take_as_paid(shop, order).await;
    }
    let intent = match make_intent(shop, &order).await {
        Ok(intent) => intent,
        Err(Error::Stripe(error)) if error.is_outage() => return Err(error.into()),
        Err(error) => {
            // Such as a total below what Stripe charges: the order stands until it expires.
            tracing::error!(%error, order_id = %order.id, "Stripe makes no payment intent for this order");
            return Ok(order);
        }
    };
    point(Point::CheckoutMadeIntent);
    let secret = intent.client_secret.as_ref();
    let attached = shop.orders.attach_intent(order.id, &intent.id, secret, shop.now()).await?;
    point(Point::CheckoutAttachedIntent);
    Ok(attached.unwrap_or(order))
}

/// Makes the intent of an order, or finds the one that was made.
async fn make_intent(shop: &AppState, order: &OrderDoc) -> Result<Intent> {
    let stripe = shop.stripe()?;
    let OrderDoc { id, total_amount, currency, payment, .. } = order;
    // The order's id is Stripe's idempotency key, so a second call finds the intent of the first.
    let made = stripe.create_intent(*id, payment.keys_used, &order.order_number, *total_amount, *currency).await;
    match made {
        // Stripe would repeat for a day that it broke. The intent that it has made perhaps cannot be
        // paid, because nobody was told its secret: so another one does no harm.
        Err(error) if error.is_stored() => match stripe.find_intent(*id).await? {
            Some(intent) => Ok(intent),
            None => {
                shop.orders.use_up_key(*id, payment.keys_used).await?;
                Err(error.into())
            }
        },
        made => Ok(made?),
    }
}

/// Stripe charges no amount of nothing, and there is nothing to wait for.
async fn take_as_paid(shop: &AppState, order: OrderDoc) -> Result<OrderDoc> {
    let paid = order.go_to(OrderStatus::Processing, Actor::System, shop.now())?;
    let stored = shop.orders.store_move(&paid.with_payment(PaymentStatus::Succeeded), None).await?;
    Ok(stored.unwrap_or(order))
}
