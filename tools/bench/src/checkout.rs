//! The checkout benchmark: many concurrent buyers, compared with the transactions of `baseline.rs`. Each round measures
//! every scenario once with each implementation, and only results of the same round are compared, so load on the
//! machine slows both.

mod baseline;
mod load;
mod measure;
mod report;
mod scenario;
pub(crate) mod setup;
mod targets;

use crate::machine::Machine;
use anyhow::Result;
use clap::Args;
use measure::measure_all;
use report::Report;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Options {
    /// The MongoDB server, a replica set. A database is created there, and dropped at the end.
    #[arg(long)]
    mongodb_uri: String,
    /// The directory for `checkout.json` and `checkout.md`.
    #[arg(long)]
    output_dir: PathBuf,
    /// The number of rounds. Each round measures all scenarios, and every second one in the reverse order of the one before.
    #[arg(long, default_value_t = 6)]
    rounds: usize,
    /// The duration of a measurement in milliseconds. 100 buyers of one SKU are measured four times as long.
    #[arg(long, default_value_t = 1500)]
    millis: u64,
    /// Measures only the scenarios whose name contains this text, such as "16 buyers".
    #[arg(long, default_value = "")]
    only: String,
    /// Leaves the transactions out, for a comparison of the shop with and without mail over many rounds.
    #[arg(long)]
    shop_only: bool,
    /// The number of connections to MongoDB that all buyers share. The default is one per buyer, because on Lambda
    /// each of them has an environment of its own.
    #[arg(long, default_value_t = scenario::LAST_PIECES_BUYERS)]
    connections: usize,
}

/// Measures, prints and writes the report. Returns whether every target was reached.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let shop = setup::open(&options.mongodb_uri, options.connections).await?;
    let machine = Machine::inspect(&shop).await?;
    let measured = measure_all(&shop, &machine, &options).await;
    shop.database.drop().await?;
    let report = Report::new(machine, &options, measured?);
    report.print();
    report.write(&options.output_dir)?;
    Ok(report.passed())
}

/// An implementation of checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Implementation {
    Shop,
    ShopWithMail,
    TransactionWithBackoff,
    TransactionWithImmediateRetry,
}

impl Implementation {
    const ALL: [Self; 4] =
        [Self::Shop, Self::ShopWithMail, Self::TransactionWithBackoff, Self::TransactionWithImmediateRetry];

    const fn name(self) -> &'static str {
        match self {
            Self::Shop => "the shop",
            Self::ShopWithMail => "the shop, with mail",
            Self::TransactionWithBackoff => "transaction, the driver's backoff",
            Self::TransactionWithImmediateRetry => "transaction, immediate retry",
        }
    }
}
