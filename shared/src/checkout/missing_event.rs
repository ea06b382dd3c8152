//! Counts payments whose event has not arrived. A shop whose webhook endpoint is missing or misconfigured would otherwise
//! work, only minutes late.

use crate::domain::id::OrderId;
use crate::state::Shop;
use crate::telemetry::{BusinessEvent, record};
use std::time::Duration;

/// The age from which the event of a payment should have arrived. Stripe sends it within seconds.
const EVENT_DELAY: Duration = Duration::from_mins(1);

/// Counts a payment that was found at Stripe before its event had arrived, unless the event may still be on its way. If Stripe
/// does not tell when it was made, it does not count: the alarm fires at one, and a missing endpoint shows with each payment.
pub(super) async fn count_missing_event(shop: &Shop, order: OrderId, intent: &str) {
    let Ok(stripe) = shop.stripe() else { return };
    let paid_at = match stripe.retrieve_intent_with_charge(intent).await {
        Ok(intent) => intent.charged_at(),
        Err(error) => {
            tracing::warn!(order_id = %order, %error, "cannot tell whether the event of a payment is missing");
            return;
        }
    };
    if paid_at.is_some_and(|paid_at| shop.now().since(paid_at) >= EVENT_DELAY) {
        tracing::error!(order_id = %order, "found a payment at Stripe whose event has not arrived");
        record(BusinessEvent::PaymentWithoutEvent(order));
    }
}
