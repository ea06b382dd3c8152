//! `bench compression`: what it costs to compress a response, and what it saves. It needs no MongoDB.

use crate::statistics::{Spread, millis, to_float};
use crate::terminal::print_status;
use anyhow::{Context as _, Result, ensure};
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use clap::Args;
use serde_json::json;
use std::convert::Infallible;
use std::time::Instant;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

const DOCUMENT: &str = include_str!("../../../openapi.json");
/// A connection of a phone, in bytes per millisecond: 10 Mbit/s.
const BYTES_PER_MILLISECOND: f64 = 1250.0;

#[derive(Args)]
pub(crate) struct Options {
    /// Number of responses for each median.
    #[arg(long, default_value_t = 500)]
    samples: u32,
}

/// Prints bytes and milliseconds of each body. Returns whether each saves more time of a transfer than it takes.
pub(crate) async fn run(options: Options) -> Result<bool> {
    ensure!(options.samples > 0, "--samples must be 1 or more");
    let mut passed = true;
    for (name, body) in
        [("a product", products(1)), ("20 products", products(20)), ("openapi.json", DOCUMENT.to_owned())]
    {
        let mut times = Vec::new();
        let mut compressed = 0;
        for _ in 0..options.samples {
            let started = Instant::now();
            compressed = compress(&body).await?;
            times.push(millis(started.elapsed()));
        }
        let spread = Spread::of(times);
        let saved = to_float(body.len().saturating_sub(compressed)) / BYTES_PER_MILLISECOND;
        print_status(format_args!(
            "{name}: {compressed} of {} bytes in {spread} ms; saves {saved:.2} ms at 10 Mbit/s",
            body.len(),
        ));
        passed &= spread.median < saved;
    }
    Ok(passed)
}

/// Returns the length of a compressed body. The layer is that of `http/compress.rs`.
async fn compress(body: &str) -> Result<usize> {
    let body = body.to_owned();
    let respond = service_fn(move |_: Request<Body>| {
        let response = Response::new(Body::from(body.clone()));
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let layer = CompressionLayer::new().quality(CompressionLevel::Fastest);
    let request = Request::get("/").header("accept-encoding", "gzip").body(Body::empty()).context("a request")?;
    let response = layer.layer(respond).oneshot(request).await.context("a response")?;
    Ok(to_bytes(Body::new(response.into_body()), usize::MAX).await.context("a body")?.len())
}

/// Returns a list of products in the form of `GET /products`.
fn products(count: u32) -> String {
    let mut random = fastrand::Rng::with_seed(7);
    let mut id = move || format!("{:024x}", random.u128(..) >> 32);
    let items: Vec<_> = (0..count)
        .map(|number| {
            json!({
                "id": id(),
                "name": format!("Merino sweater {number}"),
                "category": "Sweaters",
                "base_price": format!("{}.90", 49_u32.saturating_add(number)),
                "image": format!("https://images.example.com/products/{}/{}.webp", id(), id()),
                "in_stock": number % 3 != 0,
                "variants": (0..6_u32).map(|size| json!({
                    "sku": format!("SWEATER-{number}-{size}"), "size": format!("{size}"), "color": "navy",
                    "price": "59.90", "stock_quantity": size,
                })).collect::<Vec<_>>(),
                "created_at": "2026-11-02T09:30:00.000Z",
            })
        })
        .collect();
    json!({ "items": items, "next_cursor": id() }).to_string()
}
