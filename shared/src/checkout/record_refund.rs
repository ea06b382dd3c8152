//! Refunds an order on an administrator's request: the refund is recorded, which sets its amount aside, and then sent.

use super::owed_refund::initial_status;
use super::refund::{restock_if_due, retry_refunds, send_refund};
use crate::db::orders::OrderDoc;
use crate::db::{new_id, transaction};
use crate::domain::id::{OrderId, RefundId};
use crate::domain::idempotency_key::IdempotencyKey;
use crate::domain::money::Money;
use crate::domain::order::Actor;
use crate::domain::refund::{Ledger, RecordRefundError, Refund, RefundRequest};
use crate::domain::text::RefundReason;
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::state::Shop;
use futures_util::FutureExt;

/// A refund to be recorded.
#[derive(Debug)]
pub struct NewRefund {
    /// The amount; by default everything that is refundable.
    pub amount: Option<Money>,
    /// The reason, for later readers.
    pub reason: Option<RefundReason>,
    /// Whether the whole order is restocked once Stripe accepts the refund.
    pub restock: bool,
    /// The client's key: the same key yields the same refund of this order, without a time limit.
    pub idempotency_key: Option<IdempotencyKey>,
}

/// A refund that is recorded on its order.
#[derive(Debug)]
pub struct RecordedRefund {
    /// The order with the refund in its ledger.
    pub order: OrderDoc,
    /// The refund.
    pub refund: RefundId,
    /// Whether an earlier request has recorded it.
    pub replayed: bool,
}

/// Refunds a paid order, partially or in full, and returns the order as it is then.
///
/// If Stripe is unavailable, the refund stays pending, and `maintenance` retries it.
///
/// # Errors
/// [`Error::NotPaid`], [`Error::RefundExceedsPaid`], [`Error::IdempotencyKeyReused`], [`Error::NotFound`]
pub async fn refund_order(shop: &Shop, order: OrderId, new: NewRefund) -> Result<RecordedRefund> {
    let recorded = record_refund(shop, order, new).await?;
    let sent = if recorded.replayed {
        complete(shop, &recorded).await
    } else {
        send_refund(shop, &recorded.order, recorded.refund).await
    };
    let order = match sent {
        Ok(order) => order,
        Err(error) => {
            tracing::warn!(%error, order_id = %order, "maintenance will retry a refund");
            shop.orders.get(order).await?.ok_or(Error::NotFound)?
        }
    };
    Ok(RecordedRefund { order, ..recorded })
}

/// Completes a refund that an earlier request has recorded, in case that request crashed.
async fn complete(shop: &Shop, recorded: &RecordedRefund) -> Result<OrderDoc> {
    match recorded.order.ledger().get(recorded.refund) {
        Some(refund) if refund.is_unsent() => retry_refunds(shop, &recorded.order).await,
        _ => Ok(recorded.order.clone()),
    }
}

/// Records a refund, or finds the one that was recorded under the same idempotency key.
async fn record_refund(shop: &Shop, order: OrderId, new: NewRefund) -> Result<RecordedRefund> {
    let now = shop.now();
    let NewRefund { amount, reason, restock, idempotency_key } = new;
    let request = idempotency_key.map(|key| RefundRequest {
        key: key.as_str().to_owned(),
        amount,
        reason: reason.clone(),
        restock,
    });
    let refund = Refund { reason, request, restock, ..Refund::new(new_id(), Actor::Admin, now) };
    let context = (shop, order, amount, &refund, now);
    let recorded = transaction::run(&shop.database, context, |session, &(shop, order, amount, refund, now)| {
        async move {
            let order = shop.orders.get_in(session, order).await?.ok_or(Error::NotFound)?;
            // A reason can name the buyer, so an order without personal data gets none.
            let refund = &if order.buyer_erased_at.is_some() { refund.without_reason() } else { refund.clone() };
            if let Some(existing) = find_replayed(&order, refund.request.as_ref())? {
                return Ok(RecordedRefund { order, refund: existing, replayed: true });
            }
            let mut ledger = ledger_with_refund(&order, amount, refund)?;
            restock_if_due(shop, session, &order, &mut ledger, now).await?;
            let order = shop.orders.store_ledger(session, &order, &ledger, now).await?.ok_or(Error::NotFound)?;
            Ok(RecordedRefund { order, refund: refund.id, replayed: false })
        }
        .boxed()
    });
    let recorded = recorded.await?;
    fail_point(Point::RefundRecorded);
    Ok(recorded)
}

/// Returns the refund that the same key has recorded.
fn find_replayed(order: &OrderDoc, request: Option<&RefundRequest>) -> Result<Option<RefundId>> {
    let Some(request) = request else { return Ok(None) };
    let has_key = |refund: &&Refund| refund.request.as_ref().is_some_and(|recorded| recorded.key == request.key);
    match order.refunds.iter().find(has_key) {
        Some(existing) if existing.request.as_ref() == Some(request) => Ok(Some(existing.id)),
        Some(_) => Err(Error::IdempotencyKeyReused),
        None => Ok(None),
    }
}

fn ledger_with_refund(order: &OrderDoc, amount: Option<Money>, refund: &Refund) -> Result<Ledger> {
    if !order.payment.status.is_paid() {
        return Err(Error::NotPaid);
    }
    let mut ledger = order.ledger();
    let amount = amount.map_or_else(|| ledger.refundable(), Ok)?;
    match ledger.record(Refund { amount, status: initial_status(order), ..refund.clone() }) {
        Ok(()) => Ok(ledger),
        Err(RecordRefundError::Exceeds(exceeds)) => {
            Err(Error::RefundExceedsPaid { refundable: exceeds.refundable.of(order.paid_currency()) })
        }
        Err(RecordRefundError::Overflow(error)) => Err(error.into()),
    }
}
