//! Gives an event about a dispute its effect: the order is marked, so that nobody ships it, until
//! the dispute is won.

use crate::apply_event::{find_order, take_effect_once};
use ferrocart::AppState;
use ferrocart::Result;
use ferrocart::chaos::{Point, point};
use ferrocart::db::orders::Flag;
use ferrocart::db::transaction;
use ferrocart::payments::Event;
use futures_util::FutureExt;

/// Marks the order whose payment a buyer's bank takes back, or takes the mark away.
pub(crate) async fn apply_dispute(shop: &AppState, event: &Event) -> Result<()> {
    let Some((order, _, dispute)) = find_order(shop, event).await? else {
        tracing::info!(event_id = %event.id, "an event about a dispute that is none of ours");
        return Ok(());
    };
    let (kind, status) = (event.kind.as_str(), dispute.status.as_deref().unwrap_or_default());
    let is_over = kind == "charge.dispute.closed" && matches!(status, "won" | "warning_closed");
    if !is_over {
        let (order_id, reason) = (order.id, dispute.reason.as_deref());
        tracing::error!(%order_id, dispute_id = dispute.id, kind, status, reason, "the payment of an order is disputed");
    }
    let context = (shop, event, order.id, is_over, shop.now());
    let stored = transaction::run(&shop.database, context, |session, (shop, event, order, is_over, now)| {
        async move {
            shop.stripe_events.record(session, &event.id, &event.kind, *now).await?;
            point(Point::WebhookRecorded);
            if *is_over {
                shop.orders.unflag(session, *order, Flag::Disputed, *now).await?;
            } else {
                shop.orders.flag(session, *order, Flag::Disputed, *now).await?;
            }
            point(Point::WebhookApplied);
            Ok(())
        }
        .boxed()
    });
    take_effect_once(stored.await).map(drop)
}
