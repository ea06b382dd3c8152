//! The courier: posts events one after the other, and tries again those that the shop did not take.

use super::deliveries::{Attempt, Desk};
use super::signature::sign;
use crate::ids;
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::redirect::Policy;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// How long the shop may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Deliveries of one event that are sent at the same moment.
pub(super) struct Batch {
    pub(super) deliveries: Vec<u64>,
    pub(super) due: Instant,
}

/// Carries events to the shop.
#[derive(Clone)]
pub(super) struct Courier {
    client: reqwest::Client,
    desk: Arc<watch::Sender<Desk>>,
    retry_waits: Arc<[Duration]>,
}

impl Courier {
    pub(super) fn new(desk: Arc<watch::Sender<Desk>>, retry_waits: Vec<Duration>) -> reqwest::Result<Self> {
        // A redirect counts as a failure at Stripe, and here it could lead away from this machine.
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE).build()?;
        Ok(Self { client, desk, retry_waits: retry_waits.into() })
    }

    /// Carries batch after batch, so that the shop sees events in order. What it does not take is
    /// tried again on the side.
    pub(super) async fn carry(self, mut batches: mpsc::UnboundedReceiver<Batch>) {
        let mut retries = JoinSet::new();
        while let Some(batch) = batches.recv().await {
            let mut first_tries = JoinSet::new();
            for id in batch.deliveries {
                first_tries.spawn(self.clone().try_first(id, batch.due));
            }
            while let Some(tried) = first_tries.join_next().await {
                if let Ok(Some(id)) = tried {
                    retries.spawn(self.clone().retry(id));
                }
            }
            while retries.try_join_next().is_some() {}
        }
    }

    /// Returns the delivery if it has to be tried again.
    async fn try_first(self, id: u64, due: Instant) -> Option<u64> {
        self.wait(id, due).await;
        let done = self.attempt(id, self.retry_waits.is_empty()).await;
        (!done).then_some(id)
    }

    async fn retry(self, id: u64) {
        for (place, wait) in self.retry_waits.iter().enumerate() {
            let now = Instant::now();
            self.wait(id, now.checked_add(*wait).unwrap_or(now)).await;
            let is_last = place.saturating_add(1) == self.retry_waits.len();
            if self.attempt(id, is_last).await {
                return;
            }
        }
    }

    /// Waits until a moment, or until the delivery is forgotten.
    async fn wait(&self, id: u64, until: Instant) {
        let mut changes = self.desk.subscribe();
        timeout_at(until, changes.wait_for(|desk| !desk.knows(id))).await.ok();
    }

    /// Posts an event, signed anew. Returns whether nothing is left to do.
    async fn attempt(&self, id: u64, is_last: bool) -> bool {
        let (body, endpoint) = {
            let desk = self.desk.borrow();
            (desk.body(id), desk.endpoint.clone())
        };
        let (Some(body), Some(endpoint)) = (body, endpoint) else {
            return true;
        };
        let request = self
            .client
            .post(endpoint.url.as_url().clone())
            .header(USER_AGENT, "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header("Stripe-Signature", sign(&endpoint.secret, ids::now(), body.as_bytes()))
            .body(body.to_string());
        let attempt = match request.send().await {
            Ok(answer) => Attempt { status: Some(answer.status().as_u16()), error: None },
            Err(error) => Attempt { status: None, error: Some(describe(&error)) },
        };
        let done = attempt.succeeded();
        tracing::debug!(delivery = id, status = attempt.status, error = attempt.error, "webhook");
        self.desk.send_modify(|desk| desk.note(id, attempt, is_last));
        done || is_last
    }
}

fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        "no connection".to_owned()
    } else {
        error.to_string()
    }
}
