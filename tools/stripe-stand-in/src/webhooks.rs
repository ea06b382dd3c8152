//! Webhooks: sends signed events to the shop in the order of their occurrence, and retries until the shop responds with
//! a 2xx status. The control API can hold, shuffle, delay and duplicate them.

mod dispatcher;
mod outbox;
pub(crate) mod signature;

pub(crate) use outbox::{Delivery, DeliveryState};

use crate::events::Event;
use crate::ids;
use crate::settings::WebhookEndpoint;
use dispatcher::{Batch, Dispatcher};
use outbox::Outbox;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// Records deliveries and passes them to the dispatcher.
pub(crate) struct Webhooks {
    outbox: Arc<watch::Sender<Outbox>>,
    queue: mpsc::UnboundedSender<Batch>,
}

/// The body of `POST /_stand-in/webhooks/release`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Release {
    #[serde(default)]
    order: ReleaseOrder,
    /// Releases only these events, in this order. All others stay held, and later events are held as well.
    events: Option<Vec<String>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReleaseOrder {
    /// In the order of their occurrence, or of the list.
    #[default]
    Given,
    Reversed,
    Shuffled,
}

/// The body of `POST /_stand-in/webhooks/behaviour`: how later events are sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Behavior {
    /// The number of copies of each event, all sent at the same time.
    #[serde(default = "once")]
    copies: u32,
    /// The delay after the event occurred.
    #[serde(default)]
    delay_ms: u64,
}

fn once() -> u32 {
    1
}

impl Webhooks {
    /// Returns the webhooks, and the future of their dispatcher, which the caller has to run.
    pub(crate) fn new(
        endpoint: Option<WebhookEndpoint>,
        retry_waits: Vec<Duration>,
    ) -> Result<(Self, impl Future<Output = ()> + Send + 'static), reqwest::Error> {
        let outbox = Arc::new(watch::Sender::new(Outbox::new(endpoint)));
        let (queue, batches) = mpsc::unbounded_channel();
        let dispatcher = Dispatcher::new(Arc::clone(&outbox), retry_waits)?;
        Ok((Self { outbox, queue }, dispatcher.run(batches)))
    }

    pub(crate) fn set_endpoint(&self, endpoint: WebhookEndpoint) {
        self.outbox.send_modify(|outbox| outbox.endpoint = Some(endpoint));
    }

    /// Sends new events, or holds them. Without an endpoint, events are not recorded as deliveries.
    pub(crate) fn queue(&self, events: Vec<Event>) {
        for event in events {
            let (copies, state) = {
                let outbox = self.outbox.borrow();
                if outbox.endpoint.is_none() {
                    return;
                }
                let state = if outbox.holding { DeliveryState::Held } else { DeliveryState::Pending };
                (outbox.copies, state)
            };
            self.add(&event, copies, state);
        }
    }

    /// Sends an event again, even if events are held.
    pub(crate) fn resend(&self, event: &Event) {
        self.add(event, 1, DeliveryState::Pending);
    }

    pub(crate) fn hold(&self) {
        self.outbox.send_modify(|outbox| outbox.holding = true);
    }

    /// Releases held events and returns the number of their deliveries.
    pub(crate) fn release(&self, release: Release) -> usize {
        let mut batches = Vec::new();
        self.outbox.send_modify(|outbox| {
            let mut events = outbox.held_events();
            if let Some(chosen) = release.events {
                events = chosen;
            } else {
                outbox.holding = false;
            }
            match release.order {
                ReleaseOrder::Given => {}
                ReleaseOrder::Reversed => events.reverse(),
                ReleaseOrder::Shuffled => events.sort_by_cached_key(|_| ids::random_id("")),
            }
            batches = events.iter().map(|event| outbox.release(event)).collect();
        });
        let count = batches.iter().map(Vec::len).sum();
        for deliveries in batches {
            self.send(Batch { deliveries, due: Instant::now() });
        }
        count
    }

    pub(crate) fn set_behavior(&self, behavior: &Behavior) {
        self.outbox.send_modify(|outbox| {
            outbox.copies = behavior.copies;
            outbox.delay = Duration::from_millis(behavior.delay_ms);
        });
    }

    /// Waits until the deliveries meet a condition, up to the timeout. Returns whether they do.
    pub(crate) async fn wait_until(&self, condition: impl Fn(&[Delivery]) -> bool, timeout: Duration) -> bool {
        let mut changes = self.outbox.subscribe();
        let met = changes.wait_for(|outbox| condition(outbox.deliveries()));
        tokio::time::timeout(timeout, met).await.is_ok_and(|met| met.is_ok())
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&[Delivery]) -> T) -> T {
        read(self.outbox.borrow().deliveries())
    }

    /// Deletes all deliveries and settings except the endpoint.
    pub(crate) fn reset(&self) {
        self.outbox.send_modify(Outbox::reset);
    }

    fn add(&self, event: &Event, copies: u32, state: DeliveryState) {
        let mut deliveries = Vec::new();
        let mut delay = Duration::ZERO;
        self.outbox.send_modify(|outbox| {
            deliveries = (0..copies).map(|_| outbox.add(event, state)).collect();
            delay = outbox.delay;
        });
        if state == DeliveryState::Pending {
            let now = Instant::now();
            self.send(Batch { deliveries, due: now.checked_add(delay).unwrap_or(now) });
        }
    }

    fn send(&self, batch: Batch) {
        // Fails only during a shutdown, when the dispatcher has ended.
        self.queue.send(batch).ok();
    }
}
