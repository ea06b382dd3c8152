//! `cargo xtask bench catalogue`: how long the catalogue's answers take at a certain size, beside what
//! MongoDB takes for the very same commands.

mod commands;
mod goods;
mod measure;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use clap::Args;
use ferrocart::AppState;
use serde_json::Value;
use tower::ServiceExt as _;

use self::commands::Commands;
use self::measure::Times;
use crate::seed;
use crate::terminal::say;

/// How often each is asked for.
const TIMES: usize = 200;
/// The pages that are measured, of 20 products each.
const PAGES: [usize; 3] = [1, 10, 1_000];

#[derive(Args)]
pub(crate) struct Options {
    /// How many products there are. They are made once, in a database of their own.
    #[arg(long, default_value_t = 100_000)]
    products: u32,
    /// The data directory of the `cargo xtask dev` whose MongoDB to use [default: that at
    /// `MONGODB_URI`, or else .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// What is asked for, after `/api/v1/products`.
const QUERIES: [(&str, &str); 14] = [
    ("newest", "?sort=newest"),
    ("cheapest", "?sort=price_asc"),
    ("dearest", "?sort=price_desc"),
    ("by name", "?sort=name"),
    ("a category", "?category=Shirts"),
    ("a category, cheapest", "?category=Shirts&sort=price_asc"),
    ("category, colour and size", "?category=Shirts&color=Red&size=M"),
    ("a price range", "?min_price=20&max_price=30"),
    ("in stock, by name", "?in_stock=true&sort=name"),
    ("a word", "?q=leather"),
    ("two words", "?q=leather%20jacket"),
    ("a word while it is typed", "?q=jac"),
    ("a word, cheapest", "?q=leather&sort=price_asc"),
    ("a word with a typo", "?q=jakcet"),
];

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let Options { products, data_dir } = options;
    let commands = Commands::default();
    let shop = seed::observed(data_dir, &format!("ferrocart_bench_{products}"), commands.handler()).await?;
    goods::stock(&shop, products).await?;
    let app = ferrocart::http::app(ferrocart_products::router(), shop.clone());
    let bench = Bench { app, shop, commands };
    say(format_args!("| {products} products | page | p50 | p99 | MongoDB p50 | MongoDB p99 | bytes |"));
    say("| --- | --- | --- | --- | --- | --- | --- |");
    for (name, query) in QUERIES {
        for page in PAGES {
            let Some(cursor) = bench.cursor(query, page).await? else { break };
            bench.measure(name, &page.to_string(), &format!("{query}&limit=20{cursor}")).await?;
        }
    }
    let list = bench.get("?limit=1").await?;
    let id = list.pointer("/items/0/id").and_then(Value::as_str).context("a product")?;
    bench.measure("a product", "", &format!("/{id}")).await?;
    bench.measure("categories", "", "/categories").await?;
    Ok(ExitCode::SUCCESS)
}

struct Bench {
    app: Router,
    shop: AppState,
    commands: Commands,
}

impl Bench {
    /// The answer to a request, and the text that it came as.
    async fn answer(&self, path: &str) -> Result<Vec<u8>> {
        let request = Request::builder().uri(format!("/api/v1/products{path}")).body(Body::empty())?;
        let answer = self.app.clone().oneshot(request).await?;
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await?;
        anyhow::ensure!(status.is_success(), "{path}: {status}: {}", String::from_utf8_lossy(&body));
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

    async fn measure(&self, name: &str, page: &str, path: &str) -> Result<()> {
        // The first ones warm the caches, and tell what MongoDB is asked.
        self.answer(path).await?;
        self.commands.forget();
        let bytes = self.answer(path).await?.len();
        let asked = self.commands.taken();
        let mut ours = Times::default();
        let mut mongodb = Times::default();
        for _ in 0..TIMES {
            let start = Instant::now();
            self.answer(path).await?;
            ours.add(start.elapsed());
            let start = Instant::now();
            commands::replay(&self.shop.database, &asked).await?;
            mongodb.add(start.elapsed());
        }
        say(format_args!("| {name} | {page} | {ours} | {mongodb} | {bytes} |"));
        Ok(())
    }
}
