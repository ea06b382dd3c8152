//! The catalogue's answers at a certain size: lists, searches, a product. Beside each stands the one query
//! of it that reads the page, asked of the driver without the shop. Both alternate, page by page, so that a
//! machine that others use at the same time slows all.

mod asked;
pub(crate) mod goods;
mod measure;
mod report;

use crate::machine::Machine;
use anyhow::{Context as _, Result};
use asked::Commands;
use clap::Args;
use ferrocart::AppState;
use ferrocart::config::Config;
use measure::measure_all;
use mongodb::Client;
use mongodb::options::{ClientOptions, ReadConcern};
use report::Report;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Options {
    /// The server, a replica set. The products are made there once, in a database of their own, and kept.
    #[arg(long)]
    mongodb_uri: String,
    /// The directory for `catalogue.md`.
    #[arg(long)]
    into: PathBuf,
    /// How many products there are.
    #[arg(long, default_value_t = 100_000)]
    products: u32,
    /// How often everything is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How often each is asked for in a round.
    #[arg(long, default_value_t = 100)]
    times: usize,
}

/// Measures, prints and writes the report; true when every target was reached.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let commands = Commands::default();
    let shop = open(&options, &commands).await?;
    goods::stock(&shop, options.products).await?;
    let machine = Machine::look(&shop).await?;
    let measured = measure_all(shop, commands, &options).await?;
    let report = Report::of(machine, &options, &measured);
    report.print();
    report.write(&options.into)?;
    Ok(report.passed())
}

/// The shop, which tells what it asks MongoDB.
#[expect(clippy::disallowed_methods, reason = "the shop's own client tells nobody what it asks")]
async fn open(options: &Options, commands: &Commands) -> Result<AppState> {
    let name = format!("ferrocart_bench_{}", options.products);
    let setting = |setting: &str| match setting {
        "MONGODB_URI" => Some(options.mongodb_uri.clone()),
        "MONGODB_DATABASE" => Some(name.clone()),
        "JWT_SECRET" => Some("for-benchmarks-only-for-benchmarks-only".to_owned()),
        _ => None,
    };
    let config = Config::read(setting).context("the settings")?;
    let mut client = ClientOptions::parse(&options.mongodb_uri).await.context("MongoDB's URI")?;
    client.command_event_handler = Some(commands.handler());
    client.read_concern = Some(ReadConcern::majority());
    let database = Client::with_options(client).context("connecting to MongoDB")?.database(&name);
    Ok(AppState::new(config, database))
}
