//! Requests pages as a visitor does, and sends their queries to MongoDB without the shop.

use super::Options;
use super::commands::{CommandLog, replay};
use crate::shop::{config, send};
use crate::statistics::percentile_ms;
use crate::terminal::print_status;
use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use ferrocart::AppState;
use mongodb::bson::Document;
use serde_json::Value;
use std::time::{Duration, Instant};

/// The page numbers that are measured. A page has 20 products.
const PAGES: [usize; 3] = [1, 10, 1_000];

/// Name, query of `/api/v1/products`, and whether it filters without words.
const LISTS: [(&str, &str, bool); 17] = [
    ("newest first", "?sort=newest", false),
    ("lowest price first", "?sort=price_asc", false),
    ("highest price first", "?sort=price_desc", false),
    ("by name", "?sort=name", false),
    ("a category", "?category=Shirts", true),
    ("a category, lowest price first", "?category=Shirts&sort=price_asc", true),
    ("a colour, by name", "?color=Red&sort=name", true),
    ("category, colour and size", "?category=Shirts&color=Red&size=M", true),
    ("a price range", "?min_price=20&max_price=30", true),
    (
        "a category, a price range, highest price first",
        "?category=Coats&min_price=20&max_price=30&sort=price_desc",
        true,
    ),
    ("in stock, by name", "?in_stock=true&sort=name", true),
    ("a word", "?q=leather", false),
    ("two words", "?q=leather%20jacket", false),
    ("a prefix of three letters", "?q=jac", false),
    ("a prefix of five letters", "?q=leath", false),
    ("a word, a category, lowest price first", "?q=leather&category=Coats&sort=price_asc", false),
    ("a word with a typo", "?q=jakcet", false),
];

/// What is measured of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The first page, requested from a shop that has not chosen an index for these words before.
    First,
    Page(usize),
    Facets,
}

/// The measurement of a response.
pub(super) struct Measured {
    pub(super) name: &'static str,
    pub(super) part: Option<Part>,
    pub(super) is_filtered: bool,
    pub(super) bytes: usize,
    /// The number of commands that the shop sends for it.
    pub(super) commands: usize,
    pub(super) rounds: Vec<Round>,
}

/// Medians and 99th percentiles of one round, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) driver_p50: f64,
    pub(super) driver_p99: f64,
}

struct Bench {
    mongodb_uri: String,
    app: Router,
    shop: AppState,
    log: CommandLog,
    rounds: usize,
    times: usize,
}

/// A page to be measured, with the commands of its baseline.
struct Task {
    measured: Measured,
    path: String,
    baseline: Vec<Document>,
}

/// Measures all lists with their facets, a product and the categories.
pub(super) async fn measure_all(shop: AppState, log: CommandLog, options: &Options) -> Result<Vec<Measured>> {
    let bench = Bench {
        mongodb_uri: options.mongodb_uri.clone(),
        app: app(shop.clone()),
        shop,
        log,
        rounds: options.rounds,
        times: options.times,
    };
    let mut measured = Vec::new();
    for (name, query, is_filtered) in LISTS {
        let mut tasks = Vec::new();
        if query.contains("q=") {
            tasks.push(bench.task(name, Some(Part::First), is_filtered, format!("{query}&limit=20")).await?);
        }
        for page in PAGES {
            let Some(cursor) = bench.cursor(query, page).await? else { break };
            let path = format!("{query}&limit=20{cursor}");
            tasks.push(bench.task(name, Some(Part::Page(page)), is_filtered, path).await?);
        }
        if is_filtered || query.contains("q=") {
            let path = format!("/facets{}", without_sort(query));
            tasks.push(bench.task(name, Some(Part::Facets), is_filtered, path).await?);
        }
        measured.extend(bench.measure(tasks).await?);
    }
    let list = bench.get_json("?limit=1").await?;
    let id = list.pointer("/items/0/id").and_then(Value::as_str).context("the list is empty")?;
    for (name, path) in [("a product", format!("/{id}")), ("categories", "/categories".to_owned())] {
        let task = bench.task(name, None, false, path).await?;
        measured.extend(bench.measure(vec![task]).await?);
    }
    Ok(measured)
}

/// Returns the query without the sort order, which facets do not have.
fn without_sort(query: &str) -> String {
    let parameters = query.trim_start_matches('?').split('&').filter(|parameter| !parameter.starts_with("sort="));
    format!("?{}", parameters.collect::<Vec<_>>().join("&"))
}

fn app(shop: AppState) -> Router {
    ferrocart::http::app(ferrocart_products::endpoints(), shop)
}

async fn get(app: &Router, path: &str) -> Result<Vec<u8>> {
    send(app, Request::get(format!("/api/v1/products{path}")).body(Body::empty())?).await
}

impl Bench {
    /// Returns the app for a request: another one for each first request.
    async fn app(&self, part: Option<Part>) -> Result<Router> {
        if part != Some(Part::First) {
            return Ok(self.app.clone());
        }
        let database = self.shop.database.clone();
        let shop = AppState::new(config(&self.mongodb_uri, database.name())?, database);
        shop.verify_currency().await?;
        shop.verify_schema().await?;
        Ok(app(shop))
    }

    async fn get_json(&self, path: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&get(&self.app, path).await?)?)
    }

    /// Returns the query parameter that selects a page; `None` if the list has fewer pages.
    async fn cursor(&self, query: &str, page: usize) -> Result<Option<String>> {
        let mut skip = page.saturating_sub(1).saturating_mul(20);
        let mut cursor = String::new();
        while skip > 0 {
            let step = skip.min(100);
            let list = self.get_json(&format!("{query}&limit={step}{cursor}")).await?;
            let Some(next) = list.get("next_cursor").and_then(Value::as_str) else { return Ok(None) };
            cursor = format!("&cursor={next}");
            skip = skip.saturating_sub(step);
        }
        Ok(Some(cursor))
    }

    async fn task(&self, name: &'static str, part: Option<Part>, is_filtered: bool, path: String) -> Result<Task> {
        // The first request fills the caches. The commands of the second one are recorded.
        get(&self.app, &path).await?;
        let app = self.app(part).await?;
        self.log.drain();
        let bytes = get(&app, &path).await?.len();
        let (commands, baseline) = self.log.drain();
        ensure!(!baseline.is_empty(), "{path} finds nothing");
        Ok(Task { measured: Measured { name, part, is_filtered, bytes, commands, rounds: Vec::new() }, path, baseline })
    }

    async fn measure(&self, mut tasks: Vec<Task>) -> Result<Vec<Measured>> {
        for _ in 0..self.rounds {
            let mut times = vec![(Vec::new(), Vec::new()); tasks.len()];
            for _ in 0..self.times {
                for (task, (shop, driver)) in tasks.iter().zip(&mut times) {
                    shop.push(self.time_request(task).await?);
                    driver.push(self.time_baseline(task).await?);
                }
            }
            self.log.drain();
            for (task, (shop, driver)) in tasks.iter_mut().zip(&mut times) {
                task.measured.rounds.push(Round {
                    p50: percentile_ms(shop, 50),
                    p99: percentile_ms(shop, 99),
                    driver_p50: percentile_ms(driver, 50),
                    driver_p99: percentile_ms(driver, 99),
                });
            }
        }
        let measured: Vec<Measured> = tasks.into_iter().map(|task| task.measured).collect();
        if let Some(first) = measured.first() {
            print_status(format_args!("measured: {}", first.name));
        }
        Ok(measured)
    }

    async fn time_request(&self, task: &Task) -> Result<Duration> {
        let app = self.app(task.measured.part).await?;
        let start = Instant::now();
        get(&app, &task.path).await?;
        Ok(start.elapsed())
    }

    async fn time_baseline(&self, task: &Task) -> Result<Duration> {
        let start = Instant::now();
        replay(&self.shop.database, &task.baseline).await?;
        Ok(start.elapsed())
    }
}
