//! Measures every implementation of checkout in every scenario, and compares the responses with the orders in the
//! database after each measurement.

use super::baseline::{Retry, transaction_app};
use super::load::{Load, LoadResult};
use super::scenario::{
    Demand, LAST_PIECES, LAST_PIECES_400, LAST_PIECES_BUYERS, ONE_SKU_100, PRODUCTS, SCENARIOS, Scenario,
};
use super::setup::{AMPLE_STOCK, Buyer, insert_buyers, insert_products, with_mail};
use super::{Implementation, Options};
use crate::machine::{CpuUsage, Machine};
use crate::terminal::print_status;
use anyhow::{Context as _, Result, ensure};
use axum::Router;
use ferrocart::AppState;
use ferrocart::db::products::ProductDoc;
use mongodb::bson::{Document, doc};
use serde::Serialize;
use std::time::Duration;

/// More orders than one millisecond can have when buyers buy different products.
const BUYERS_PER_MILLISECOND: usize = 2;
/// How many times longer 100 buyers of one SKU are measured. Under this contention some requests lose every retry for
/// seconds; the longer window includes those that succeed in the end.
const CONTENTION_FACTOR: u32 = 4;

/// One measurement.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Measured {
    pub(super) round: usize,
    pub(super) scenario: &'static str,
    pub(super) implementation: Implementation,
    #[serde(flatten)]
    pub(super) result: LoadResult,
    /// Processor time during the measurement; `None` without `/proc`.
    pub(super) usage: Option<CpuUsage>,
}

impl Measured {
    /// Returns the responses per millisecond of processor time, of the shop and of MongoDB; zero without `/proc`.
    pub(super) fn per_processor_ms(&self) -> f64 {
        self.usage.map_or(0.0, |usage| self.result.responses() / (usage.shop_ms + usage.mongodb_ms))
    }
}

struct Bench<'a> {
    shop: &'a AppState,
    machine: &'a Machine,
    window: Duration,
    apps: Vec<(Implementation, Router)>,
    products: Vec<ProductDoc>,
}

/// Runs all rounds.
pub(super) async fn measure_all(shop: &AppState, machine: &Machine, options: &Options) -> Result<Vec<Measured>> {
    let mut apps = vec![
        (Implementation::Shop, shop_app(shop.clone())),
        (Implementation::ShopWithMail, shop_app(with_mail(shop, &options.mongodb_uri)?)),
    ];
    if !options.shop_only {
        apps.push((Implementation::TransactionWithBackoff, transaction_app(shop.clone(), Retry::WithBackoff)));
        apps.push((Implementation::TransactionWithImmediateRetry, transaction_app(shop.clone(), Retry::Immediately)));
    }
    let products = insert_products(shop, PRODUCTS, AMPLE_STOCK).await?;
    let bench = Bench { shop, machine, window: Duration::from_millis(options.millis), apps, products };
    let scenarios: Vec<_> = SCENARIOS.into_iter().filter(|scenario| scenario.name.contains(&options.only)).collect();
    print_status("warming up");
    // The scenario with the most buyers opens all connections.
    bench.measure(0, LAST_PIECES_400, bench.apps.first().context("no implementation")?).await?;
    let mut measured = Vec::new();
    for round in 1..=options.rounds {
        print_status(format_args!("round {round} of {}", options.rounds));
        for (position, scenario) in (0..).zip(scenarios.iter().copied()) {
            let mut apps: Vec<_> = bench.apps.iter().collect();
            order(round, position).shuffle(&mut apps);
            if round.is_multiple_of(2) {
                apps.reverse();
            }
            for app in apps {
                measured.push(bench.measure(round, scenario, app).await?);
            }
        }
    }
    Ok(measured)
}

/// Returns the source of the random order in which two consecutive rounds measure the implementations; the second round reverses
/// it. It is the same in each run. What one implementation leaves behind, such as pages that MongoDB has still to write, slows
/// the next one.
fn order(round: usize, scenario: u64) -> fastrand::Rng {
    let pair = u64::try_from(round.div_ceil(2)).unwrap_or_default();
    fastrand::Rng::with_seed(pair.wrapping_mul(1000).wrapping_add(scenario))
}

fn shop_app(shop: AppState) -> Router {
    ferrocart::http::app(ferrocart_orders::endpoints(), shop)
}

impl Bench<'_> {
    async fn measure(
        &self,
        round: usize,
        scenario: Scenario,
        (implementation, app): &(Implementation, Router),
    ) -> Result<Measured> {
        let window = self.window(scenario);
        let buyers = self.insert_buyers(scenario.demand, window).await?;
        let started_at = self.shop.now();
        let before = self.machine.cpu_ticks();
        let result = Load { concurrency: scenario.concurrency, window }.run(app, buyers).await?;
        let after = self.machine.cpu_ticks();
        let orders = self.shop.database.collection::<Document>("orders");
        let filter = doc! { "created_at": { "$gte": started_at } };
        let stored = orders.count_documents(filter).await.context("counting orders")?;
        let confirmed = u64::try_from(result.orders)?;
        // A request that timed out may have stored its order or not.
        let possible = confirmed.saturating_add(u64::try_from(result.timed_out)?);
        ensure!(
            (confirmed..=possible).contains(&stored),
            "{confirmed} responses confirmed an order, but {stored} orders are stored"
        );
        if scenario.demand == Demand::LastPieces {
            // Timeouts may leave fewer orders. The targets require the exact number of the shop.
            ensure!(stored <= u64::try_from(LAST_PIECES)?, "{stored} orders are stored for {LAST_PIECES} pieces");
        }
        let usage = before.zip(after).map(|(before, after)| after.usage_since(before));
        Ok(Measured { round, scenario: scenario.name, implementation: *implementation, result, usage })
    }

    /// Inserts more buyers than a measurement can serve.
    async fn insert_buyers(&self, demand: Demand, window: Duration) -> Result<Vec<Buyer>> {
        let millis = usize::try_from(window.as_millis().min(60_000))?;
        match demand {
            Demand::DifferentProducts => {
                insert_buyers(self.shop, &self.products, millis.saturating_mul(BUYERS_PER_MILLISECOND)).await
            }
            Demand::OneSku => {
                let product = insert_products(self.shop, 1, AMPLE_STOCK).await?;
                insert_buyers(self.shop, &product, millis).await
            }
            Demand::LastPieces => {
                let product = insert_products(self.shop, 1, i64::try_from(LAST_PIECES)?).await?;
                insert_buyers(self.shop, &product, LAST_PIECES_BUYERS).await
            }
        }
    }

    fn window(&self, scenario: Scenario) -> Duration {
        match scenario.demand {
            // All requests start at the same time, and all are served.
            Demand::LastPieces => Duration::MAX,
            Demand::OneSku if scenario.name == ONE_SKU_100 => self.window.saturating_mul(CONTENTION_FACTOR),
            Demand::OneSku | Demand::DifferentProducts => self.window,
        }
    }
}
