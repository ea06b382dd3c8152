//! The outbox: all deliveries with their states and attempts, and the settings for later ones.

use crate::events::Event;
use crate::settings::{WebhookEndpoint, WebhookPayload};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The delivery of one copy of an event to the shop.
#[derive(Clone, Serialize)]
pub(crate) struct Delivery {
    id: u64,
    pub(crate) event_id: String,
    pub(crate) event_type: &'static str,
    /// The id of the object in the event.
    pub(crate) object_id: String,
    pub(crate) state: DeliveryState,
    attempts: Vec<Attempt>,
    #[serde(skip)]
    body: Arc<str>,
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    Held,
    Pending,
    Delivered,
    /// The last retry has failed.
    Failed,
}

impl DeliveryState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// An attempt to deliver: the status of the shop's response, or the error.
#[derive(Clone, Serialize)]
pub(super) struct Attempt {
    pub(super) status: Option<u16>,
    pub(super) error: Option<String>,
}

impl Attempt {
    pub(super) fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// The deliveries so far, and the settings for later ones.
pub(super) struct Outbox {
    pub(super) endpoint: Option<WebhookEndpoint>,
    pub(super) holding: bool,
    pub(super) copies: u32,
    pub(super) delay: Duration,
    /// Ordered by id.
    deliveries: Vec<Delivery>,
    last_id: u64,
}

impl Outbox {
    pub(super) fn new(endpoint: Option<WebhookEndpoint>) -> Self {
        Self { endpoint, holding: false, copies: 1, delay: Duration::ZERO, deliveries: Vec::new(), last_id: 0 }
    }

    pub(super) fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// Adds a delivery and returns its id.
    pub(super) fn add(&mut self, event: &Event, state: DeliveryState) -> u64 {
        self.last_id = self.last_id.saturating_add(1);
        // Indented like Stripe's, so that a shop that verifies re-serialized JSON instead of the raw bytes fails.
        let body = format!("{:#}", self.payload_of(event)).into();
        self.deliveries.push(Delivery {
            id: self.last_id,
            event_id: event.id.clone(),
            event_type: event.kind,
            object_id: event.object_id.clone(),
            state,
            attempts: Vec::new(),
            body,
        });
        self.last_id
    }

    fn payload_of<'a>(&self, event: &'a Event) -> &'a Value {
        match self.endpoint.as_ref().map(|endpoint| endpoint.payload) {
            Some(WebhookPayload::Thin) => &event.thin,
            Some(WebhookPayload::Snapshot) | None => &event.body,
        }
    }

    /// Returns the ids of the held events in the order of their occurrence.
    pub(super) fn held_events(&self) -> Vec<String> {
        let held = self.deliveries.iter().filter(|delivery| delivery.state == DeliveryState::Held);
        let mut events: Vec<_> = held.map(|delivery| delivery.event_id.clone()).collect();
        events.dedup();
        events
    }

    /// Makes the held deliveries of an event pending and returns their ids.
    pub(super) fn release(&mut self, event_id: &str) -> Vec<u64> {
        let is_held = |it: &&mut Delivery| it.state == DeliveryState::Held && it.event_id == event_id;
        let held = self.deliveries.iter_mut().filter(is_held);
        held.map(|delivery| {
            delivery.state = DeliveryState::Pending;
            delivery.id
        })
        .collect()
    }

    /// Returns the body of a delivery, unless a reset has deleted it.
    pub(super) fn body(&self, id: u64) -> Option<Arc<str>> {
        self.find(id).map(|delivery| Arc::clone(&delivery.body))
    }

    pub(super) fn record_attempt(&mut self, id: u64, attempt: Attempt, is_last: bool) {
        let succeeded = attempt.succeeded();
        let index = self.index_of(id);
        if let Some(delivery) = index.and_then(|index| self.deliveries.get_mut(index)) {
            delivery.attempts.push(attempt);
            if succeeded {
                delivery.state = DeliveryState::Delivered;
            } else if is_last {
                delivery.state = DeliveryState::Failed;
            }
        }
    }

    pub(super) fn contains(&self, id: u64) -> bool {
        self.find(id).is_some()
    }

    pub(super) fn reset(&mut self) {
        // Ids are not reused, so that the dispatcher does not mistake a new delivery for a deleted one.
        let last_id = self.last_id;
        *self = Self { last_id, ..Self::new(self.endpoint.take()) };
    }

    fn find(&self, id: u64) -> Option<&Delivery> {
        self.index_of(id).and_then(|index| self.deliveries.get(index))
    }

    /// Finds a delivery by binary search, which is fast enough for the thousands of a load test.
    fn index_of(&self, id: u64) -> Option<usize> {
        self.deliveries.binary_search_by_key(&id, |delivery| delivery.id).ok()
    }
}
