//! Webhooks: events are signed and posted to the shop, in the order in which they happened, and
//! again with growing waits until the shop answers 2xx. On demand they are held back, shuffled,
//! delayed and repeated.

mod courier;
mod deliveries;
pub(crate) mod signature;

pub(crate) use deliveries::{Delivery, DeliveryState};

use crate::events::Event;
use crate::ids;
use crate::settings::WebhookEndpoint;
use courier::{Batch, Courier};
use deliveries::Desk;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// The way out for events.
pub(crate) struct Webhooks {
    desk: Arc<watch::Sender<Desk>>,
    queue: mpsc::UnboundedSender<Batch>,
}

/// How held events are let go.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Release {
    #[serde(default)]
    order: ReleaseOrder,
    /// Only these events, in this order; the others stay, and later ones are held too.
    events: Option<Vec<String>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReleaseOrder {
    /// As they happened, or as listed.
    #[default]
    Given,
    Reversed,
    Shuffled,
}

/// How later events are sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Behaviour {
    /// How often each event is sent, all copies at once.
    #[serde(default = "once")]
    copies: u32,
    /// How long after it happened.
    #[serde(default)]
    delay_ms: u64,
}

fn once() -> u32 {
    1
}

impl Webhooks {
    /// Gives the way out, and the work of carrying events over it, which somebody must run.
    pub(crate) fn new(
        endpoint: Option<WebhookEndpoint>,
        retry_waits: Vec<Duration>,
    ) -> Result<(Self, impl Future<Output = ()> + Send + 'static), reqwest::Error> {
        let desk = Arc::new(watch::Sender::new(Desk::new(endpoint)));
        let (queue, batches) = mpsc::unbounded_channel();
        let courier = Courier::new(Arc::clone(&desk), retry_waits)?;
        Ok((Self { desk, queue }, courier.carry(batches)))
    }

    pub(crate) fn set_endpoint(&self, endpoint: WebhookEndpoint) {
        self.desk.send_modify(|desk| desk.endpoint = Some(endpoint));
    }

    /// Sends events that just happened, or holds them. Without an endpoint nobody wants them.
    pub(crate) fn queue(&self, events: Vec<Event>) {
        for event in events {
            let (copies, state) = {
                let desk = self.desk.borrow();
                if desk.endpoint.is_none() {
                    return;
                }
                let held = if desk.holding { DeliveryState::Held } else { DeliveryState::Pending };
                (desk.copies, held)
            };
            self.enter(&event, copies, state);
        }
    }

    /// Sends an event once more, at once.
    pub(crate) fn resend(&self, event: &Event) {
        self.enter(event, 1, DeliveryState::Pending);
    }

    pub(crate) fn hold(&self) {
        self.desk.send_modify(|desk| desk.holding = true);
    }

    /// Lets held events go. Returns how many deliveries that were.
    pub(crate) fn release(&self, release: Release) -> usize {
        let mut batches = Vec::new();
        self.desk.send_modify(|desk| {
            let mut events = desk.held_events();
            if let Some(chosen) = release.events {
                events = chosen;
            } else {
                desk.holding = false;
            }
            match release.order {
                ReleaseOrder::Given => {}
                ReleaseOrder::Reversed => events.reverse(),
                ReleaseOrder::Shuffled => events.sort_by_cached_key(|_| ids::fresh("")),
            }
            batches = events.iter().map(|event| desk.release(event)).collect();
        });
        let count = batches.iter().map(Vec::len).sum();
        for deliveries in batches {
            self.send(Batch { deliveries, due: Instant::now() });
        }
        count
    }

    pub(crate) fn behave(&self, behaviour: &Behaviour) {
        self.desk.send_modify(|desk| {
            desk.copies = behaviour.copies;
            desk.delay = Duration::from_millis(behaviour.delay_ms);
        });
    }

    /// Waits until the deliveries meet a condition, or the time is up. Returns whether they do.
    pub(crate) async fn wait_until(&self, met: impl Fn(&[Delivery]) -> bool, at_most: Duration) -> bool {
        let mut changes = self.desk.subscribe();
        let waited = changes.wait_for(|desk| met(desk.deliveries()));
        tokio::time::timeout(at_most, waited).await.is_ok_and(|met| met.is_ok())
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&[Delivery]) -> T) -> T {
        look(self.desk.borrow().deliveries())
    }

    /// Forgets every delivery and order, but not the endpoint.
    pub(crate) fn reset(&self) {
        self.desk.send_modify(Desk::reset);
    }

    fn enter(&self, event: &Event, copies: u32, state: DeliveryState) {
        let mut deliveries = Vec::new();
        let mut delay = Duration::ZERO;
        self.desk.send_modify(|desk| {
            deliveries = (0..copies).map(|_| desk.enter(event, state)).collect();
            delay = desk.delay;
        });
        if state == DeliveryState::Pending {
            let now = Instant::now();
            self.send(Batch { deliveries, due: now.checked_add(delay).unwrap_or(now) });
        }
    }

    fn send(&self, batch: Batch) {
        // Nobody receives only while the stand-in is shutting down.
        self.queue.send(batch).ok();
    }
}
