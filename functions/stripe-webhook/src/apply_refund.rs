//! Gives an event about a refund its effect. What it says may be old by now, and Stripe sends no
//! list of refunds with it: so Stripe is asked for all of them, and the order gets what is new.

use crate::apply_event::{find_order, take_effect_once};
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::store_refunds;
use ferrocart::db::transaction;
use ferrocart::payments::Event;
use ferrocart::{AppState, Result};
use futures_util::FutureExt;

/// Notes the refunds that Stripe has of an order's payment, ours and those made there by hand.
pub(crate) async fn apply_refund(shop: &AppState, event: &Event) -> Result<()> {
    let Some((order, intent, _)) = find_order(shop, event).await? else {
        tracing::info!(event_id = %event.id, "an event about a refund that is none of ours");
        return Ok(());
    };
    let taken = shop.stripe()?.refunds(&intent).await?;
    let context = (shop, event, order.id, taken, shop.now());
    let stored = transaction::run(&shop.database, context, |session, (shop, event, order, taken, now)| {
        async move {
            shop.stripe_events.record(session, &event.id, &event.kind, *now).await?;
            point(Point::WebhookRecorded);
            // An order never goes, and what Stripe has sent back adds up.
            store_refunds(shop, session, *order, taken, *now).await?.map_err(mongodb::error::Error::custom)?;
            point(Point::WebhookApplied);
            Ok(())
        }
        .boxed()
    });
    take_effect_once(stored.await).map(drop)
}
