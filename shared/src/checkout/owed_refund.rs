//! The refunds that the shop owes of itself: of a cancelled order, and of a payment that arrives for one.

use crate::db::new_id;
use crate::db::orders::OrderDoc;
use crate::domain::money::Overflow;
use crate::domain::order::Actor;
use crate::domain::refund::{Ledger, Refund, RefundStatus};
use crate::domain::time::Timestamp;

/// The reason of the refund of a cancelled order.
const CANCELLED: &str = "the order was cancelled";

/// Returns the refund of a payment that arrived for a cancelled order; its amount is set when it is recorded.
pub(super) fn late_payment_refund(now: Timestamp) -> Refund {
    let reason = "paid after the order was cancelled".parse().ok();
    Refund { reason, ..Refund::new(new_id(), Actor::System, now) }
}

/// Returns a refund of a cancelled order that Stripe has been paid for; its amount is set when it is recorded.
pub(super) fn cancellation_refund(now: Timestamp) -> Refund {
    Refund { reason: CANCELLED.parse().ok(), ..Refund::new(new_id(), Actor::System, now) }
}

/// Returns the ledger of an order to be cancelled, with a refund of everything that is refundable.
///
/// # Errors
/// [`Overflow`]
pub(super) fn ledger_with_full_refund(order: &OrderDoc, refund: Refund) -> Result<Ledger, Overflow> {
    let mut ledger = order.ledger();
    ledger.refund_remaining(Refund { reason: CANCELLED.parse().ok(), status: initial_status(order), ..refund })?;
    Ok(ledger)
}

/// Returns the status with which a refund of the order is recorded. Without a payment intent, as on orders of the demo
/// data, there is nothing to send.
pub(super) const fn initial_status(order: &OrderDoc) -> RefundStatus {
    if order.transaction_id.is_none() { RefundStatus::Succeeded } else { RefundStatus::Pending }
}
