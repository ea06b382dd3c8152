//! The record of deliveries: what is held, under way, delivered and given up, with every try.

use crate::events::Event;
use crate::settings::WebhookEndpoint;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// One event on its way to the shop.
#[derive(Clone, Serialize)]
pub(crate) struct Delivery {
    id: u64,
    pub(crate) event_id: String,
    pub(crate) event_type: &'static str,
    /// The id of the object that the event is about.
    pub(crate) object_id: String,
    pub(crate) state: DeliveryState,
    attempts: Vec<Attempt>,
    #[serde(skip)]
    body: Arc<str>,
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    Held,
    Pending,
    Delivered,
    /// Given up after the last retry.
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

/// One try: the status that the shop answered, or why there was none.
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

/// Where deliveries start: where to, how, and which there were.
pub(super) struct Desk {
    pub(super) endpoint: Option<WebhookEndpoint>,
    pub(super) holding: bool,
    pub(super) copies: u32,
    pub(super) delay: Duration,
    deliveries: Vec<Delivery>,
    last_id: u64,
}

impl Desk {
    pub(super) fn new(endpoint: Option<WebhookEndpoint>) -> Self {
        Self { endpoint, holding: false, copies: 1, delay: Duration::ZERO, deliveries: Vec::new(), last_id: 0 }
    }

    pub(super) fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    pub(super) fn enter(&mut self, event: &Event, state: DeliveryState) -> u64 {
        self.last_id = self.last_id.saturating_add(1);
        self.deliveries.push(Delivery {
            id: self.last_id,
            event_id: event.id.clone(),
            event_type: event.kind,
            object_id: event.object_id.clone(),
            state,
            attempts: Vec::new(),
            // Indented as Stripe's are: only the raw bytes fit the signature.
            body: format!("{:#}", event.body).into(),
        });
        self.last_id
    }

    /// The ids of the events that are held, as they happened.
    pub(super) fn held_events(&self) -> Vec<String> {
        let held = self.deliveries.iter().filter(|it| it.state == DeliveryState::Held);
        let mut events: Vec<_> = held.map(|delivery| delivery.event_id.clone()).collect();
        events.dedup();
        events
    }

    /// Lets the held deliveries of an event go.
    pub(super) fn release(&mut self, event_id: &str) -> Vec<u64> {
        let held = self.deliveries.iter_mut().filter(|it| it.state == DeliveryState::Held && it.event_id == event_id);
        held.map(|delivery| {
            delivery.state = DeliveryState::Pending;
            delivery.id
        })
        .collect()
    }

    /// What a delivery carries, if it was not forgotten meanwhile.
    pub(super) fn body(&self, id: u64) -> Option<Arc<str>> {
        self.find(id).map(|delivery| Arc::clone(&delivery.body))
    }

    pub(super) fn note(&mut self, id: u64, attempt: Attempt, is_last: bool) {
        let succeeded = attempt.succeeded();
        let place = self.place(id);
        if let Some(delivery) = place.and_then(|place| self.deliveries.get_mut(place)) {
            delivery.attempts.push(attempt);
            if succeeded {
                delivery.state = DeliveryState::Delivered;
            } else if is_last {
                delivery.state = DeliveryState::Failed;
            }
        }
    }

    pub(super) fn knows(&self, id: u64) -> bool {
        self.find(id).is_some()
    }

    pub(super) fn reset(&mut self) {
        // Ids go on, so that a courier still under way finds its own forgotten.
        let last_id = self.last_id;
        *self = Self { last_id, ..Self::new(self.endpoint.take()) };
    }

    fn find(&self, id: u64) -> Option<&Delivery> {
        self.place(id).and_then(|place| self.deliveries.get(place))
    }

    fn place(&self, id: u64) -> Option<usize> {
        // Ids rise, so thousands of deliveries of a load test are no burden.
        self.deliveries.binary_search_by_key(&id, |delivery| delivery.id).ok()
    }
}
