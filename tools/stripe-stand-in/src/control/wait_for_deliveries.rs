//! Waiting for deliveries without sleeping.

use crate::errors::Result;
use crate::params::Params;
use crate::webhooks::{Delivery, DeliveryState, Webhooks};
use serde_json::{Value, json};
use std::time::Duration;

const STATES: [&str; 4] = ["held", "pending", "delivered", "failed"];

/// Which deliveries are meant; all of them if nothing is said.
struct Filter {
    event_id: Option<String>,
    event_type: Option<String>,
    object_id: Option<String>,
    state: Option<&'static str>,
}

/// `GET /_stand-in/deliveries`: those that fit, as soon as there are `at_least` so many (1 by
/// default), or when `wait_ms` are over.
pub(super) async fn show_deliveries(webhooks: &Webhooks, query: &Params) -> Result<Value> {
    query.allow_only(&["event_id", "event_type", "object_id", "state", "at_least", "wait_ms"])?;
    let filter = Filter::parse(query)?;
    let at_least = query.integer("at_least")?.unwrap_or(1);
    let enough = |deliveries: &[Delivery]| {
        let count = deliveries.iter().filter(|delivery| filter.fits(delivery)).count();
        i64::try_from(count).is_ok_and(|count| count >= at_least)
    };
    webhooks.wait_until(enough, milliseconds(query, "wait_ms")?).await;
    Ok(webhooks.read(|deliveries| {
        let found: Vec<_> = deliveries.iter().filter(|delivery| filter.fits(delivery)).collect();
        json!({ "data": found })
    }))
}

/// `POST /_stand-in/settle?timeout_ms=`: waits until nothing is under way. Held events are not.
pub(super) async fn settle(webhooks: &Webhooks, query: &Params) -> Result<Value> {
    query.allow_only(&["timeout_ms"])?;
    let in_state =
        |deliveries: &[Delivery], state| deliveries.iter().filter(|delivery| delivery.state == state).count();
    let settled = |deliveries: &[Delivery]| in_state(deliveries, DeliveryState::Pending) == 0;
    let settled = webhooks.wait_until(settled, milliseconds(query, "timeout_ms")?).await;
    Ok(webhooks.read(|deliveries| {
        json!({
            "settled": settled,
            "pending": in_state(deliveries, DeliveryState::Pending),
            "held": in_state(deliveries, DeliveryState::Held),
            "delivered": in_state(deliveries, DeliveryState::Delivered),
            "failed": in_state(deliveries, DeliveryState::Failed),
        })
    }))
}

fn milliseconds(query: &Params, name: &'static str) -> Result<Duration> {
    let given = query.integer_within(name, 0, 600_000)?.unwrap_or(0);
    Ok(Duration::from_millis(u64::try_from(given).unwrap_or(0)))
}

impl Filter {
    fn parse(query: &Params) -> Result<Self> {
        let text = |name| Ok(query.text(name)?.map(str::to_owned));
        Ok(Self {
            event_id: text("event_id")?,
            event_type: text("event_type")?,
            object_id: text("object_id")?,
            state: query.one_of("state", &STATES)?,
        })
    }

    fn fits(&self, delivery: &Delivery) -> bool {
        let is = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|it| it == is);
        is(&self.event_id, &delivery.event_id)
            && is(&self.event_type, delivery.event_type)
            && is(&self.object_id, &delivery.object_id)
            && self.state.is_none_or(|state| state == delivery.state.name())
    }
}
