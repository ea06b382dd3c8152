//! Lets many buyers buy at once, and writes down how each fared.

use super::stage::Buyer;
use crate::figures::{count, millis, percentile};
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

/// How many buy at once, and until when somebody new comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rush {
    pub(super) at_once: usize,
    pub(super) window: Duration,
}

/// One request to buy.
struct Fate {
    took: Duration,
    /// Since the rush began.
    ended: Duration,
    status: StatusCode,
}

/// How a rush went.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Course {
    pub(super) orders: usize,
    pub(super) orders_per_second: f64,
    pub(super) refused: usize,
    /// Requests that were given up after the deadline of a request.
    pub(super) timed_out: usize,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) worst_refusal_ms: f64,
}

impl Course {
    /// How many requests ended, in whatever way.
    pub(super) fn answers(&self) -> f64 {
        let all = self.orders.saturating_add(self.refused).saturating_add(self.timed_out);
        count(all)
    }
}

impl Rush {
    /// Goes on until the window closes or all have come; whoever is at it then may finish.
    pub(super) async fn run(self, shop: &Router, buyers: Vec<Buyer>) -> Result<Course> {
        let (buyers, next) = (Arc::new(buyers), Arc::new(AtomicUsize::new(0)));
        let began = Instant::now();
        let workers = (0..self.at_once).map(|_| {
            let (shop, buyers, next) = (shop.clone(), Arc::clone(&buyers), Arc::clone(&next));
            tokio::spawn(async move {
                let mut fates = Vec::new();
                while began.elapsed() < self.window {
                    let Some(buyer) = buyers.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    fates.push(buy(&shop, buyer, began).await?);
                }
                anyhow::Ok(fates)
            })
        });
        let fates = try_join_all(workers).await.context("a buyer panicked")?;
        let fates: Vec<Fate> = fates.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        self.course(&fates)
    }

    fn course(self, fates: &[Fate]) -> Result<Course> {
        let with = |status: StatusCode| fates.iter().filter(move |fate| fate.status == status);
        let orders = with(StatusCode::CREATED).count();
        let refused = with(StatusCode::CONFLICT).count();
        let timed_out = with(StatusCode::SERVICE_UNAVAILABLE).count();
        if let Some(odd) = fates.iter().find(|fate| !KNOWN.contains(&fate.status)) {
            bail!("somebody who wanted to buy got a {}", odd.status);
        }
        // Who is still at it after the window has it to themselves more and more, so they don't count.
        let length = fates.iter().map(|fate| fate.ended).max().unwrap_or_default().min(self.window);
        let in_time = with(StatusCode::CREATED).filter(|fate| fate.ended <= length).count();
        let mut times: Vec<Duration> = fates.iter().map(|fate| fate.took).collect();
        times.sort_unstable();
        let worst_refusal = with(StatusCode::CONFLICT).map(|fate| fate.took).max();
        Ok(Course {
            orders,
            orders_per_second: count(in_time) / length.as_secs_f64(),
            refused,
            timed_out,
            p50_ms: millis(percentile(&times, 50)),
            p99_ms: millis(percentile(&times, 99)),
            worst_refusal_ms: millis(worst_refusal.unwrap_or_default()),
        })
    }
}

const KNOWN: [StatusCode; 3] = [StatusCode::CREATED, StatusCode::CONFLICT, StatusCode::SERVICE_UNAVAILABLE];

async fn buy(shop: &Router, buyer: &Buyer, began: Instant) -> Result<Fate> {
    let request = buyer.request()?;
    let asked = Instant::now();
    let answer = shop.clone().oneshot(request).await?;
    let status = answer.status();
    to_bytes(answer.into_body(), usize::MAX).await.context("reading an answer")?;
    Ok(Fate { took: asked.elapsed(), ended: began.elapsed(), status })
}
