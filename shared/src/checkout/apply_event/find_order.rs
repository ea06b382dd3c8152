//! Finds the order that a refund or dispute belongs to.

use crate::db::orders::OrderDoc;
use crate::error::{Error, Result};
use crate::payments::{DisputeOrRefund, Event};
use crate::state::Shop;

/// Returns the order whose payment intent a refund or dispute belongs to, with the intent's id; `None` when it is not
/// ours.
pub(super) async fn find_order(shop: &Shop, event: &Event) -> Result<Option<(OrderDoc, String, DisputeOrRefund)>> {
    let mut subject = event.dispute_or_refund().map_err(|error| Error::MalformedBody(error.to_string()))?;
    let Some(intent) = subject.payment_intent.take() else { return Ok(None) };
    if let Some(order) = shop.orders.by_intent(&intent).await? {
        return Ok(Some((order, intent, subject)));
    }
    // The event may precede the one that attaches the intent to its order.
    let order = match shop.stripe()?.retrieve_intent(&intent).await {
        Ok(intent) => intent.metadata.get("order_id").and_then(|id| id.parse().ok()),
        Err(error) if error.is_missing() => None,
        Err(error) => return Err(error.into()),
    };
    let Some(order) = order else { return Ok(None) };
    let order = shop.orders.get(order).await?.filter(|order| order.transaction_id.is_none());
    Ok(order.map(|order| (order, intent, subject)))
}
