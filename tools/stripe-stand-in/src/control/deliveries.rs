//! Lists deliveries and waits for them, so that tests need no sleeps.

use crate::errors::Result;
use crate::list::matches_filter;
use crate::params::Params;
use crate::webhooks::{Delivery, DeliveryState, Webhooks};
use serde_json::{Value, json};
use std::time::Duration;

const STATES: [&str; 4] = ["held", "pending", "delivered", "failed"];

/// Selects deliveries; `None` matches all.
struct Filter {
    event_id: Option<String>,
    event_type: Option<String>,
    object_id: Option<String>,
    state: Option<&'static str>,
}

/// `GET /_stand-in/deliveries`: waits until `at_least` deliveries match (1 by default), for `wait_ms` at most, and
/// lists the matching ones.
pub(super) async fn list_deliveries(webhooks: &Webhooks, query: &Params) -> Result<Value> {
    query.allow_only(&["event_id", "event_type", "object_id", "state", "at_least", "wait_ms"])?;
    let filter = Filter::parse(query)?;
    let at_least = query.integer("at_least")?.unwrap_or(1);
    let enough = |deliveries: &[Delivery]| {
        let count = deliveries.iter().filter(|delivery| filter.matches(delivery)).count();
        i64::try_from(count).is_ok_and(|count| count >= at_least)
    };
    webhooks.wait_until(enough, milliseconds(query, "wait_ms")?).await;
    Ok(webhooks.read(|deliveries| {
        let matching: Vec<_> = deliveries.iter().filter(|delivery| filter.matches(delivery)).collect();
        json!({ "data": matching })
    }))
}

/// `POST /_stand-in/settle`: waits until no delivery is pending, for `timeout_ms` at most. Held events are not pending.
pub(super) async fn wait_until_settled(webhooks: &Webhooks, query: &Params) -> Result<Value> {
    query.allow_only(&["timeout_ms"])?;
    let count = |deliveries: &[Delivery], state| deliveries.iter().filter(|delivery| delivery.state == state).count();
    let none_pending = |deliveries: &[Delivery]| count(deliveries, DeliveryState::Pending) == 0;
    let settled = webhooks.wait_until(none_pending, milliseconds(query, "timeout_ms")?).await;
    Ok(webhooks.read(|deliveries| {
        json!({
            "settled": settled,
            "pending": count(deliveries, DeliveryState::Pending),
            "held": count(deliveries, DeliveryState::Held),
            "delivered": count(deliveries, DeliveryState::Delivered),
            "failed": count(deliveries, DeliveryState::Failed),
        })
    }))
}

fn milliseconds(query: &Params, name: &'static str) -> Result<Duration> {
    let value = query.integer_within(name, 0, 600_000)?.unwrap_or(0);
    Ok(Duration::from_millis(u64::try_from(value).unwrap_or(0)))
}

impl Filter {
    fn parse(query: &Params) -> Result<Self> {
        Ok(Self {
            event_id: query.owned_text("event_id")?,
            event_type: query.owned_text("event_type")?,
            object_id: query.owned_text("object_id")?,
            state: query.one_of("state", &STATES)?,
        })
    }

    fn matches(&self, delivery: &Delivery) -> bool {
        matches_filter(&self.event_id, &delivery.event_id)
            && matches_filter(&self.event_type, delivery.event_type)
            && matches_filter(&self.object_id, &delivery.object_id)
            && self.state.is_none_or(|state| state == delivery.state.name())
    }
}
