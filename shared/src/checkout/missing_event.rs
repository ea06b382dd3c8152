//! Counts payments whose event has not arrived. A shop whose webhook endpoint is missing or misconfigured would otherwise
//! work, only minutes late.

use crate::domain::id::OrderId;
use crate::payments::Intent;
use crate::state::Shop;
use crate::telemetry::{BusinessEvent, record};
use std::time::Duration;

/// The age from which the event of a payment should have arrived. Stripe sends it within seconds.
const EVENT_DELAY: Duration = Duration::from_mins(1);

/// Counts a payment that was found at Stripe before its event had arrived, unless the event may still be on its way.
pub(super) async fn count_missing_event(shop: &Shop, order: OrderId, intent: &str) {
    let Ok(stripe) = shop.stripe() else { return };
    // Without the time of the payment it counts: an event that is late by minutes is worth an alarm, too.
    let paid_at = stripe.retrieve_intent_with_charge(intent).await.ok().as_ref().and_then(Intent::charged_at);
    if paid_at.is_none_or(|paid_at| shop.now().since(paid_at) >= EVENT_DELAY) {
        tracing::error!(order_id = %order, "found a payment at Stripe whose event has not arrived");
        record(BusinessEvent::PaymentWithoutEvent(order));
    }
}
