//! Runs checkouts of many concurrent buyers, and records duration and status of each.

use super::setup::Buyer;
use crate::statistics::{millis, percentile_ms, to_float};
use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::body::to_bytes;
use axum::http::StatusCode;
use futures_util::future::try_join_all;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

/// The number of concurrent buyers, and the time during which new requests start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) concurrency: usize,
    pub(super) window: Duration,
}

/// A finished request.
struct Sample {
    duration: Duration,
    /// Since the start of the load.
    finished_at: Duration,
    status: StatusCode,
}

/// The result of a load.
#[derive(Debug, Clone, Serialize)]
pub(super) struct LoadResult {
    pub(super) orders: usize,
    pub(super) orders_per_second: f64,
    pub(super) rejected: usize,
    /// Requests that exceeded the shop's time limit.
    pub(super) timed_out: usize,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) slowest_rejection_ms: f64,
}

/// The statuses of an order, a rejection and a timeout.
const EXPECTED: [StatusCode; 3] = [StatusCode::CREATED, StatusCode::CONFLICT, StatusCode::SERVICE_UNAVAILABLE];

impl LoadResult {
    /// Returns the number of all responses.
    pub(super) fn responses(&self) -> f64 {
        to_float(self.orders.saturating_add(self.rejected).saturating_add(self.timed_out))
    }
}

impl Load {
    /// Starts requests until the window closes or every buyer has sent one, and waits for all responses.
    pub(super) async fn run(self, shop: &Router, buyers: Vec<Buyer>) -> Result<LoadResult> {
        let (buyers, next) = (Arc::new(buyers), Arc::new(AtomicUsize::new(0)));
        let start = Instant::now();
        let workers = (0..self.concurrency).map(|_| {
            let (shop, buyers, next) = (shop.clone(), Arc::clone(&buyers), Arc::clone(&next));
            tokio::spawn(async move {
                let mut samples = Vec::new();
                while start.elapsed() < self.window {
                    let Some(buyer) = buyers.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    samples.push(check_out(&shop, buyer, start).await?);
                }
                anyhow::Ok(samples)
            })
        });
        let samples = try_join_all(workers).await.context("a worker panicked")?;
        let samples: Vec<Sample> = samples.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        self.summarize(&samples)
    }

    fn summarize(self, samples: &[Sample]) -> Result<LoadResult> {
        let with_status = |status: StatusCode| samples.iter().filter(move |sample| sample.status == status);
        if let Some(unexpected) = samples.iter().find(|sample| !EXPECTED.contains(&sample.status)) {
            bail!("a checkout returned {}", unexpected.status);
        }
        // Orders after the window don't count towards the rate: fewer and fewer requests compete by then.
        let last = samples.iter().map(|sample| sample.finished_at).max().unwrap_or_default();
        let length = last.min(self.window);
        let in_window = with_status(StatusCode::CREATED).filter(|sample| sample.finished_at <= length).count();
        let mut durations: Vec<Duration> = samples.iter().map(|sample| sample.duration).collect();
        let slowest_rejection = with_status(StatusCode::CONFLICT).map(|sample| sample.duration).max();
        Ok(LoadResult {
            orders: with_status(StatusCode::CREATED).count(),
            orders_per_second: to_float(in_window) / length.as_secs_f64(),
            rejected: with_status(StatusCode::CONFLICT).count(),
            timed_out: with_status(StatusCode::SERVICE_UNAVAILABLE).count(),
            p50_ms: percentile_ms(&mut durations, 50),
            p99_ms: percentile_ms(&mut durations, 99),
            slowest_rejection_ms: millis(slowest_rejection.unwrap_or_default()),
        })
    }
}

async fn check_out(shop: &Router, buyer: &Buyer, start: Instant) -> Result<Sample> {
    let request = buyer.request()?;
    let sent = Instant::now();
    let response = shop.clone().oneshot(request).await?;
    let status = response.status();
    to_bytes(response.into_body(), usize::MAX).await.context("reading a response")?;
    Ok(Sample { duration: sent.elapsed(), finished_at: start.elapsed(), status })
}
