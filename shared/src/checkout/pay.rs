//! What a paid intent means for its order. The webhook and the scheduled function agree on it.

use super::by_product;
use crate::db::new_id;
use crate::db::orders::{Flag, OrderDoc};
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::refund::Refund;
use crate::domain::time::Timestamp;
use crate::payments::Intent;
use crate::state::Shop;
use crate::telemetry::{Fact, note};
use mongodb::ClientSession;
use mongodb::error::Error;

/// Gives a paid intent its effect on its order, in a transaction. Money that does not fit is no
/// payment: the order is flagged.
///
/// # Errors
/// The database's.
pub async fn store_payment(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    intent: &Intent,
    by: Actor,
    now: Timestamp,
) -> Result<(), Error> {
    if !is_exact(shop, order, intent) {
        tracing::error!(order_id = %order.id, "a payment of another amount, currency or mode than its order's");
        note(Fact::AmountMismatch(order.id));
        return shop.orders.flag(session, order.id, Flag::AmountMismatch, now).await;
    }
    match order.status {
        // Told again.
        _ if order.payment.status.is_paid() => Ok(()),
        OrderStatus::Cancelled if !take_again(shop, session, order, now).await? => {
            tracing::warn!(order_id = %order.id, "an order was paid after it was cancelled, and its stock is gone");
            let mut ledger = order.ledger();
            let reason = "paid after the order was cancelled".parse().ok();
            let refund = Refund { reason, ..Refund::new(new_id(), Actor::System, now) };
            ledger.begin_rest(refund).map_err(Error::custom)?;
            shop.orders.owe_refund(session, order, &intent.id, &ledger, now).await
        }
        _ => match order.go_to(OrderStatus::Processing, by, now) {
            Ok(paid) => {
                // Stripe may have told us of a refund before it told us of the payment.
                let paid = paid.with_ledger(&order.ledger())?.with_intent(&intent.id);
                note(Fact::OrderPaid(order.id, order.total_amount));
                shop.orders.store_move(&paid, Some(session)).await.map(drop)
            }
            Err(_) => shop.orders.flag(session, order.id, Flag::PaidAfterEnd, now).await,
        },
    }
}

/// Whether exactly what the order costs was paid, in its currency, and in our mode.
fn is_exact(shop: &Shop, order: &OrderDoc, intent: &Intent) -> bool {
    shop.stripe().is_ok_and(|stripe| stripe.is_our_mode(intent.livemode))
        && intent.amount_received == order.total_amount.minor()
        && intent.currency.eq_ignore_ascii_case(order.currency.code())
}

/// Takes the stock of a cancelled order once more; all of it or none.
async fn take_again(shop: &Shop, session: &mut ClientSession, order: &OrderDoc, now: Timestamp) -> Result<bool, Error> {
    let products = by_product(order.lines());
    for (product, pieces) in &products {
        if !shop.products.take_again(session, *product, pieces, now).await? {
            for (taken, pieces) in products.range(..product) {
                shop.products.return_stock(session, order.id, *taken, pieces, now).await?;
            }
            return Ok(false);
        }
    }
    Ok(true)
}
