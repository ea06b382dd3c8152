//! Lists what has happened at Stripe since a time, for a database that was restored from a backup.

use super::client::Stripe;
use super::error::StripeError;
use super::event::Event;
use super::intent::Intent;
use super::object::StripeObject;
use crate::domain::time::Timestamp;
use std::time::Duration;

/// By how much Stripe's clock may be behind.
const CLOCK_SKEW: Duration = Duration::from_mins(5);

impl StripeObject for Event {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Stripe {
    /// Lists the events since a time, oldest first. Stripe keeps them for 30 days
    /// (<https://docs.stripe.com/api/events>).
    pub async fn events_since(&self, since: Timestamp) -> Result<Vec<Event>, StripeError> {
        let mut events: Vec<Event> = self.list("/v1/events", ("created[gte]", &bound(since))).await?;
        // Stripe lists the newest first.
        events.reverse();
        Ok(events)
    }

    /// Lists the payment intents that were created since a time, newest first.
    pub async fn intents_since(&self, since: Timestamp) -> Result<Vec<Intent>, StripeError> {
        self.list("/v1/payment_intents", ("created[gte]", &bound(since))).await
    }
}

fn bound(since: Timestamp) -> String {
    since.minus(CLOCK_SKEW).as_seconds().to_string()
}
