//! Posts events to the shop one after the other, and retries failed deliveries.

use super::outbox::{Attempt, Outbox};
use super::signature::sign;
use crate::clock;
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::redirect::Policy;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// The time in which the shop has to respond.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(20);

/// Ids of deliveries that are sent at the same time, all of one event.
pub(super) struct Batch {
    pub(super) deliveries: Vec<u64>,
    pub(super) due: Instant,
}

/// Sends the deliveries of an outbox.
#[derive(Clone)]
pub(super) struct Dispatcher {
    client: reqwest::Client,
    outbox: Arc<watch::Sender<Outbox>>,
    retry_waits: Arc<[Duration]>,
}

impl Dispatcher {
    pub(super) fn new(outbox: Arc<watch::Sender<Outbox>>, retry_waits: Vec<Duration>) -> reqwest::Result<Self> {
        // Stripe counts a redirect as a failure. Following it could also leave this machine.
        let client =
            reqwest::Client::builder().no_proxy().redirect(Policy::none()).timeout(RESPONSE_TIMEOUT).build()?;
        Ok(Self { client, outbox, retry_waits: retry_waits.into() })
    }

    /// Sends batch after batch, so that the shop receives events in order. Retries run concurrently to later batches.
    pub(super) async fn run(self, mut batches: mpsc::UnboundedReceiver<Batch>) {
        let mut retries = JoinSet::new();
        while let Some(batch) = batches.recv().await {
            let mut first_attempts = JoinSet::new();
            for id in batch.deliveries {
                first_attempts.spawn(self.clone().attempt_first(id, batch.due));
            }
            while let Some(attempt) = first_attempts.join_next().await {
                if let Ok(Some(id)) = attempt {
                    retries.spawn(self.clone().retry(id));
                }
            }
            while retries.try_join_next().is_some() {}
        }
    }

    /// Makes the first attempt. Returns the id of the delivery if it has to be retried.
    async fn attempt_first(self, id: u64, due: Instant) -> Option<u64> {
        self.wait(id, due).await;
        let done = self.attempt(id, self.retry_waits.is_empty()).await;
        (!done).then_some(id)
    }

    async fn retry(self, id: u64) {
        for (index, wait) in self.retry_waits.iter().enumerate() {
            let now = Instant::now();
            self.wait(id, now.checked_add(*wait).unwrap_or(now)).await;
            let is_last = index.saturating_add(1) == self.retry_waits.len();
            if self.attempt(id, is_last).await {
                return;
            }
        }
    }

    /// Waits until a point in time, or until a reset deletes the delivery.
    async fn wait(&self, id: u64, until: Instant) {
        let mut changes = self.outbox.subscribe();
        timeout_at(until, changes.wait_for(|outbox| !outbox.contains(id))).await.ok();
    }

    /// Posts an event with a new signature. Returns true if no further attempt is needed.
    async fn attempt(&self, id: u64, is_last: bool) -> bool {
        let (body, endpoint) = {
            let outbox = self.outbox.borrow();
            (outbox.body(id), outbox.endpoint.clone())
        };
        let (Some(body), Some(endpoint)) = (body, endpoint) else {
            return true;
        };
        let request = self
            .client
            .post(endpoint.url.as_url().clone())
            .header(USER_AGENT, "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header("Stripe-Signature", sign(&endpoint.secret, clock::system_seconds(), body.as_bytes()))
            .body(body.to_string());
        let attempt = match request.send().await {
            Ok(response) => Attempt { status: Some(response.status().as_u16()), error: None },
            Err(error) => Attempt { status: None, error: Some(describe(&error)) },
        };
        let succeeded = attempt.succeeded();
        tracing::debug!(delivery = id, status = attempt.status, error = attempt.error, "webhook");
        self.outbox.send_modify(|outbox| outbox.record_attempt(id, attempt, is_last));
        succeeded || is_last
    }
}

fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no response in time".to_owned()
    } else if error.is_connect() {
        "no connection".to_owned()
    } else {
        error.to_string()
    }
}
