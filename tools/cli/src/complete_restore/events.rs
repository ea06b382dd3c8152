//! Applies what has happened at Stripe since the backup.

use std::time::Duration;

use anyhow::{Context as _, Result};
use ferrocart::AppState;
use ferrocart::checkout::apply_event;
use ferrocart::domain::time::Timestamp;

use crate::terminal::print_status;

/// How long Stripe keeps events (<https://docs.stripe.com/api/events>).
const EVENT_RETENTION: Duration = Duration::from_hours(30 * 24);
/// How long Stripe resends an event that was not acknowledged (<https://docs.stripe.com/webhooks#automatic-retries>).
const DELIVERY: Duration = Duration::from_hours(3 * 24);

/// Applies the events since a time in their order, also earlier ones that may have been acknowledged since then. Those that
/// the database knows have no effect. Returns whether all of them could be applied.
pub(super) async fn apply_events(shop: &AppState, since: Timestamp) -> Result<bool> {
    let since = since.minus(DELIVERY);
    let events = shop.stripe()?.events_since(since).await;
    let events = events.context("cannot list the events: the key needs the permission *Events: Read*")?;
    let mut failed = 0_u64;
    for event in &events {
        if let Err(error) = apply_event(shop, event).await {
            print_status(format_args!("the event {} ({}) cannot be applied: {error}", event.id, event.kind));
            failed = failed.saturating_add(1);
        }
    }
    print_status(format_args!("events of Stripe: {}, not applied: {failed}", events.len()));
    let is_retained = shop.now().since(since) <= EVENT_RETENTION;
    if !is_retained {
        print_status("Stripe keeps events for 30 days: compare older payments and refunds by hand");
    }
    Ok(failed == 0 && is_retained)
}
