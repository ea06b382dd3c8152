//! Asks Stripe for the payment of an order: one intent for exactly its total, however often.

use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::{AppState, Result};

/// Makes sure that a pending order has its payment intent.
pub(crate) async fn request_payment(shop: &AppState, order: OrderDoc) -> Result<OrderDoc> {
    if order.status != OrderStatus::Pending || order.payment.client_secret.is_some() {
        return Ok(order);
    }
    if order.total_amount.is_zero() {
        return take_as_paid(shop, order).await;
    }
    let stripe = shop.stripe()?;
    // The order's id is Stripe's idempotency key, so a second call finds the intent of the first.
    let made = stripe.create_intent(order.id, &order.order_number, order.total_amount, order.currency).await;
    let intent = match made {
        Ok(intent) => intent,
        Err(error) if error.is_outage() => return Err(error.into()),
        Err(error) => {
            // Such as a total below what Stripe charges: the order stands until it expires.
            tracing::error!(%error, order_id = %order.id, "Stripe makes no payment intent for this order");
            return Ok(order);
        }
    };
    let secret = intent.client_secret.as_ref();
    let attached = shop.orders.attach_intent(order.id, &intent.id, secret, shop.now()).await?;
    Ok(attached.unwrap_or(order))
}

/// Stripe charges no amount of nothing, and there is nothing to wait for.
async fn take_as_paid(shop: &AppState, order: OrderDoc) -> Result<OrderDoc> {
    let paid = order.go_to(OrderStatus::Processing, Actor::System, shop.now())?;
    let stored = shop.orders.store_move(&paid.with_payment(PaymentStatus::Succeeded), None).await?;
    Ok(stored.unwrap_or(order))
}
