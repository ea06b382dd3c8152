//! Checkout by many buyers at once, beside transactions that do the same: see `rival.rs`. Each
//! round measures everything once, and what is compared is of the same round, so that a machine
//! that others use at the same time slows both.

mod measure;
mod report;
mod rival;
mod rush;
mod scenario;
pub(crate) mod stage;
mod verdict;

use crate::machine::Machine;
use anyhow::Result;
use clap::Args;
use measure::measure_all;
use report::Report;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Options {
    /// The server, a replica set. A database is made there, and dropped at the end.
    #[arg(long)]
    mongodb_uri: String,
    /// The directory for `checkout.json` and `checkout.md`.
    #[arg(long)]
    into: PathBuf,
    /// How often everything is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each measurement lasts, in milliseconds; that of the hardest case four times as long.
    #[arg(long, default_value_t = 1500)]
    millis: u64,
    /// Measures only what has this in its name, such as "16 buyers".
    #[arg(long, default_value = "")]
    only: String,
    /// How many connections to MongoDB all buyers share: by default as many as there are buyers, each of whom an
    /// environment of its own serves on Lambda.
    #[arg(long, default_value_t = scenario::CROWD)]
    connections: usize,
}

/// Measures, prints and writes the report; true when every target was reached.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let shop = stage::open(&options.mongodb_uri, options.connections).await?;
    let machine = Machine::look(&shop).await?;
    let measured = measure_all(&shop, &machine, &options).await;
    shop.database.drop().await?;
    let report = Report::of(machine, &options, measured?);
    report.print();
    report.write(&options.into)?;
    Ok(report.passed())
}

/// Ways to check out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Shop,
    TransactionWithBackoff,
    TransactionAtOnce,
}

impl Way {
    const ALL: [Self; 3] = [Self::Shop, Self::TransactionWithBackoff, Self::TransactionAtOnce];

    const fn name(self) -> &'static str {
        match self {
            Self::Shop => "the shop",
            Self::TransactionWithBackoff => "a transaction, the driver's backoff",
            Self::TransactionAtOnce => "a transaction, retried at once",
        }
    }
}
