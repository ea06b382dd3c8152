//! Asks for pages as a visitor does, and for the same of MongoDB alone.

use super::Options;
use super::asked::{Commands, replay};
use crate::figures::{millis, percentile};
use crate::say::say;
use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use ferrocart::AppState;
use mongodb::bson::Document;
use serde_json::Value;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

/// The pages that are measured, of 20 products each.
pub(super) const PAGES: [usize; 3] = [1, 10, 1_000];

/// What is asked for, after `/api/v1/products`, and whether it is filtered.
pub(super) const LISTS: [(&str, &str, bool); 17] = [
    ("newest", "?sort=newest", false),
    ("cheapest", "?sort=price_asc", false),
    ("dearest", "?sort=price_desc", false),
    ("by name", "?sort=name", false),
    ("a category", "?category=Shirts", true),
    ("a category, cheapest", "?category=Shirts&sort=price_asc", true),
    ("a colour, by name", "?color=Red&sort=name", true),
    ("category, colour and size", "?category=Shirts&color=Red&size=M", true),
    ("a price range", "?min_price=20&max_price=30", true),
    ("a category, a price range, dearest", "?category=Coats&min_price=20&max_price=30&sort=price_desc", true),
    ("in stock, by name", "?in_stock=true&sort=name", true),
    ("a word", "?q=leather", false),
    ("two words", "?q=leather%20jacket", false),
    ("a word while it is typed", "?q=jac", false),
    ("a longer one", "?q=leath", false),
    ("a word, a category, cheapest", "?q=leather&category=Coats&sort=price_asc", false),
    ("a word with a typo", "?q=jakcet", false),
];

/// What was measured of one page.
pub(super) struct Measured {
    pub(super) name: &'static str,
    pub(super) page: Option<usize>,
    pub(super) is_filtered: bool,
    pub(super) bytes: usize,
    /// How many commands the shop gave for it.
    pub(super) commands: usize,
    pub(super) rounds: Vec<Round>,
}

/// Medians and 99th percentiles of one round, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Round {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) raw_p50: f64,
    pub(super) raw_p99: f64,
}

struct Bench {
    app: Router,
    shop: AppState,
    commands: Commands,
    rounds: usize,
    times: usize,
}

/// A page, and what MongoDB is asked for it.
struct Task {
    measured: Measured,
    path: String,
    raw: Vec<Document>,
}

pub(super) async fn measure_all(shop: AppState, commands: Commands, options: &Options) -> Result<Vec<Measured>> {
    let app = ferrocart::http::app(ferrocart_products::router(), shop.clone());
    let bench = Bench { app, shop, commands, rounds: options.rounds, times: options.times };
    let mut measured = Vec::new();
    for (name, query, is_filtered) in LISTS {
        let mut pages = Vec::new();
        for page in PAGES {
            let Some(cursor) = bench.cursor(query, page).await? else { break };
            pages.push(bench.task(name, Some(page), is_filtered, format!("{query}&limit=20{cursor}")).await?);
        }
        measured.extend(bench.measure(pages).await?);
    }
    let list = bench.get("?limit=1").await?;
    let id = list.pointer("/items/0/id").and_then(Value::as_str).context("a product")?;
    let others = [
        bench.task("a product", None, false, format!("/{id}")),
        bench.task("categories", None, false, "/categories".to_owned()),
    ];
    for task in others {
        measured.extend(bench.measure(vec![task.await?]).await?);
    }
    Ok(measured)
}

impl Bench {
    async fn answer(&self, path: &str) -> Result<Vec<u8>> {
        let request = Request::builder().uri(format!("/api/v1/products{path}")).body(Body::empty())?;
        let answer = self.app.clone().oneshot(request).await?;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await?;
        ensure!(status.is_success(), "{path}: {status}: {}", String::from_utf8_lossy(&body));
        Ok(body.to_vec())
    }

    async fn get(&self, path: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.answer(path).await?)?)
    }

    /// The parameter that leads to a page; `None` when the list ends before it.
    async fn cursor(&self, query: &str, page: usize) -> Result<Option<String>> {
        let mut skip = page.saturating_sub(1).saturating_mul(20);
        let mut cursor = String::new();
        while skip > 0 {
            let step = skip.min(100);
            let list = self.get(&format!("{query}&limit={step}{cursor}")).await?;
            let Some(next) = list.get("next_cursor").and_then(Value::as_str) else { return Ok(None) };
            cursor = format!("&cursor={next}");
            skip = skip.saturating_sub(step);
        }
        Ok(Some(cursor))
    }

    async fn task(&self, name: &'static str, page: Option<usize>, is_filtered: bool, path: String) -> Result<Task> {
        // The first time fills the caches, the second one tells what MongoDB is asked.
        self.answer(&path).await?;
        drop(self.commands.taken());
        let bytes = self.answer(&path).await?.len();
        let (commands, raw) = self.commands.taken();
        ensure!(!raw.is_empty(), "{path} finds nothing");
        Ok(Task { measured: Measured { name, page, is_filtered, bytes, commands, rounds: Vec::new() }, path, raw })
    }

    async fn measure(&self, mut tasks: Vec<Task>) -> Result<Vec<Measured>> {
        for _ in 0..self.rounds {
            let mut times = vec![(Vec::new(), Vec::new()); tasks.len()];
            for _ in 0..self.times {
                for (task, (shop, raw)) in tasks.iter().zip(&mut times) {
                    let start = Instant::now();
                    self.answer(&task.path).await?;
                    shop.push(start.elapsed());
                    let start = Instant::now();
                    replay(&self.shop.database, &task.raw).await?;
                    raw.push(start.elapsed());
                }
            }
            drop(self.commands.taken());
            for (task, (shop, raw)) in tasks.iter_mut().zip(times) {
                let ((p50, p99), (raw_p50, raw_p99)) = (of(shop), of(raw));
                task.measured.rounds.push(Round { p50, p99, raw_p50, raw_p99 });
            }
        }
        let measured: Vec<Measured> = tasks.into_iter().map(|task| task.measured).collect();
        if let Some(first) = measured.first() {
            say(format_args!("measured: {}", first.name));
        }
        Ok(measured)
    }
}

fn of(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    (millis(percentile(&times, 50)), millis(percentile(&times, 99)))
}
