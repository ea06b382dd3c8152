//! Stores the disputes of a payment with the flag and the refunds that follow from them.

use super::owed_refund::cancellation_refund;
use crate::db::orders::OrderDoc;
use crate::domain::dispute::Dispute;
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::state::Shop;
use mongodb::ClientSession;

/// Stores the disputes of an order, inside the transaction that has read it.
///
/// What a dispute took is not refundable. When the money of a cancelled order returns, it is owed to the buyer: a refund is
/// recorded, which `maintenance` sends.
pub(super) async fn store_disputes(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    disputes: &[Dispute],
    now: Timestamp,
) -> Result<()> {
    let mut ledger = order.ledger().with_disputes(disputes);
    let has_returned = ledger.refundable()? > order.ledger().refundable()?;
    if has_returned && order.status == OrderStatus::Cancelled && order.payment.status.is_paid() {
        ledger.refund_remaining(cancellation_refund(now))?;
    }
    Ok(shop.orders.store_disputes(session, order, disputes, &ledger, now).await?)
}
