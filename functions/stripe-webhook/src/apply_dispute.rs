//! Gives an event about a dispute its effect: the order is marked while one is open, or when one is
//! lost, so that nobody ships it. A payment may be disputed twice, and events come in any order: so
//! Stripe is asked, as it is about refunds.

use crate::apply_event::{find_order, take_effect_once};
use ferrocart::AppState;
use ferrocart::chaos::{Point, point};
use ferrocart::db::orders::OrderDoc;
use ferrocart::db::transaction;
use ferrocart::domain::id::OrderId;
use ferrocart::payments::{Event, Subject};
use ferrocart::{Error, Result};
use futures_util::FutureExt;

/// How often Stripe is asked. Only another event about the same payment at the same time makes one
/// more necessary, and what is left undone Stripe tells again.
const TRIES: u8 = 5;

/// Marks the order whose payment a buyer's bank takes back, or takes the mark away.
pub(crate) async fn apply_dispute(shop: &AppState, event: &Event) -> Result<()> {
    let Some((mut order, intent, dispute)) = find_order(shop, event).await? else {
        tracing::info!(event_id = %event.id, "an event about a dispute that is none of ours");
        return Ok(());
    };
    for _ in 0..TRIES {
        let is_disputed = shop.stripe()?.is_disputed(&intent).await?;
        if store(shop, event, &order, is_disputed).await? {
            log(order.id, event, &dispute, is_disputed);
            return Ok(());
        }
        order = shop.orders.get(order.id).await?.ok_or(Error::NotFound)?;
    }
    Err(Error::System("the disputes of a payment are being changed all the time"))
}

fn log(order_id: OrderId, event: &Event, dispute: &Subject, is_disputed: bool) {
    let (kind, dispute_id) = (event.kind.as_str(), dispute.id.as_str());
    let (status, reason) = (dispute.status.as_deref(), dispute.reason.as_deref());
    if is_disputed {
        tracing::error!(%order_id, dispute_id, kind, status, reason, "the payment of an order is disputed");
    } else {
        tracing::info!(%order_id, dispute_id, kind, status, reason, "no dispute of the payment of an order is left");
    }
}

/// Stores what Stripe has answered; false when the answer to somebody who may have asked later was
/// stored since the order was read.
async fn store(shop: &AppState, event: &Event, order: &OrderDoc, is_disputed: bool) -> Result<bool> {
    let context = (shop, event, order, is_disputed, shop.now());
    let stored = transaction::run(&shop.database, context, |session, (shop, event, order, is_disputed, now)| {
        async move {
            let as_it_is = shop.orders.get_in(session, order.id).await?;
            if as_it_is.is_none_or(|as_it_is| as_it_is.disputes_stored != order.disputes_stored) {
                return Ok(false);
            }
            shop.stripe_events.record(session, &event.id, &event.kind, *now).await?;
            point(Point::WebhookRecorded);
            shop.orders.store_disputes(session, order.id, *is_disputed, *now).await?;
            point(Point::WebhookApplied);
            Ok(true)
        }
        .boxed()
    });
    match stored.await {
        Ok(false) => Ok(false),
        stored => take_effect_once(stored.map(drop)).map(|_| true),
    }
}
