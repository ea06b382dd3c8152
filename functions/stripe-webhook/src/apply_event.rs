//! Gives an event its effect, once.

use crate::apply_dispute::apply_dispute;
use crate::apply_payment::{News, apply_payment};
use crate::apply_refund::apply_refund;
use ferrocart::chaos::{Point, point};
use ferrocart::db::orders::OrderDoc;
use ferrocart::db::stripe_events::EVENT_UNIQUE;
use ferrocart::db::violated_index;
use ferrocart::payments::{Event, Subject};
use ferrocart::{AppState, Error, Result};

/// Gives an event its effect, unless it has had it.
pub(crate) async fn apply_event(shop: &AppState, event: &Event) -> Result<()> {
    match event.kind.as_str() {
        "payment_intent.succeeded" => apply_payment(shop, event, News::Paid).await,
        "payment_intent.payment_failed" => apply_payment(shop, event, News::Refused).await,
        "payment_intent.processing" => apply_payment(shop, event, News::Processing).await,
        "payment_intent.canceled" => apply_payment(shop, event, News::Cancelled).await,
        "charge.refunded" | "charge.refund.updated" | "refund.updated" | "refund.failed" => {
            apply_refund(shop, event).await
        }
        "charge.dispute.created" | "charge.dispute.closed" => apply_dispute(shop, event).await,
        _ => Ok(()),
    }
}

/// Whether the transaction of an event has given it its effect now, and not an earlier one.
pub(crate) fn take_effect_once(stored: Result<(), mongodb::error::Error>) -> Result<bool> {
    match stored {
        Ok(()) => {
            point(Point::WebhookCommitted);
            Ok(true)
        }
        // Recorded before: it has had its effect.
        Err(error) if violated_index(&error) == Some(EVENT_UNIQUE) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The order whose payment intent an event is about, the intent, and what happened to it; `None`
/// when it is none of ours.
pub(crate) async fn find_order(shop: &AppState, event: &Event) -> Result<Option<(OrderDoc, String, Subject)>> {
    let mut subject = event.subject().map_err(|error| Error::MalformedBody(error.to_string()))?;
    let Some(intent) = subject.payment_intent.take() else { return Ok(None) };
    if let Some(order) = shop.orders.by_intent(&intent).await? {
        return Ok(Some((order, intent, subject)));
    }
    // It may have overtaken the event that tells which intent the order is paid with.
    let order = match shop.stripe()?.retrieve_intent(&intent).await {
        Ok(intent) => intent.metadata.get("order_id").and_then(|id| id.parse().ok()),
        Err(error) if error.is_missing() => None,
        Err(error) => return Err(error.into()),
    };
    let Some(order) = order else { return Ok(None) };
    let order = shop.orders.get(order).await?.filter(|order| order.transaction_id.is_none());
    Ok(order.map(|order| (order, intent, subject)))
}
