//! Payments whose amount, currency or mode differs from their order.

use crate::db::orders::{Flag, MismatchedPayment, OrderDoc};
use crate::domain::money::Money;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::payments::Intent;
use crate::state::Shop;
use crate::telemetry::{BusinessEvent, record};
use mongodb::ClientSession;

/// Flags an order with a mismatched payment, unless it is flagged already.
pub(super) async fn flag_mismatch(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    now: Timestamp,
) -> Result<()> {
    if order.flags.contains(&Flag::AmountMismatch) {
        return Ok(());
    }
    tracing::error!(order_id = %order.id, "the amount, currency or mode of a payment differs from its order");
    record(BusinessEvent::AmountMismatch(order.id));
    Ok(shop.orders.flag(session, order.id, Flag::AmountMismatch, now).await?)
}

/// Returns whether the intent has paid exactly the total of the order, in its currency and in our mode.
pub(super) fn is_exact(shop: &Shop, order: &OrderDoc, intent: &Intent) -> bool {
    shop.stripe().is_ok_and(|stripe| stripe.is_our_mode(intent.livemode))
        && intent.amount_received == order.total_amount.minor()
        && intent.currency.eq_ignore_ascii_case(order.currency.code())
}

/// Returns the mismatched payment, if it can be refunded: a key of one mode cannot refund a payment of the other.
pub(super) fn mismatched_payment(shop: &Shop, order: &OrderDoc, intent: &Intent) -> Option<MismatchedPayment> {
    let amount = Money::from_minor(intent.amount_received);
    let is_our_mode = shop.stripe().is_ok_and(|stripe| stripe.is_our_mode(intent.livemode));
    let currency = intent.currency.to_ascii_uppercase().parse().ok();
    let mismatch =
        currency.filter(|_| is_our_mode && amount > Money::ZERO).map(|currency| MismatchedPayment { amount, currency });
    if mismatch.is_none() {
        tracing::error!(order_id = %order.id, "a mismatched payment cannot be refunded");
    }
    mismatch
}
