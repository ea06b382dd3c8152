//! The catalogue benchmark: lists, searches and single products in a catalogue of a given size. The baseline is the
//! query that reads the page, sent by the driver without the shop. Shop and baseline alternate, page by page, so load
//! on the machine slows both.

mod commands;
pub(crate) mod fixtures;
mod measure;
mod report;

use crate::machine::Machine;
use crate::shop;
use anyhow::Result;
use clap::Args;
use commands::CommandLog;
use measure::measure_all;
use report::Report;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Options {
    /// The MongoDB server, a replica set. The products are created once, in a database of their own, and kept.
    #[arg(long)]
    mongodb_uri: String,
    /// The directory for `catalogue.md`.
    #[arg(long)]
    output_dir: PathBuf,
    /// The number of products.
    #[arg(long, default_value_t = 100_000)]
    products: u32,
    /// The number of rounds. Each round measures all pages.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The number of requests to each page per round.
    #[arg(long, default_value_t = 100)]
    times: usize,
}

/// Measures, prints and writes the report. Returns whether every target was reached.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let log = CommandLog::default();
    let database = format!("ferrocart_bench_{}", options.products);
    let shop = shop::open_observed(&options.mongodb_uri, &database, log.observer()).await?;
    fixtures::insert_products(&shop, options.products).await?;
    let machine = Machine::inspect(&shop).await?;
    let measured = measure_all(shop, log, &options).await?;
    let report = Report::new(&machine, &options, &measured);
    report.print();
    report.write(&options.output_dir)?;
    Ok(report.passed())
}
