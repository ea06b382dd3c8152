//! Measures every way to check out in every scenario, several times, and checks each time that
//! what the buyers were told is what the database has.

use super::rival::{Retry, rival};
use super::rush::{Course, Rush};
use super::scenario::{CATALOGUE, CROWD, LAST_PIECES, ONE_SKU_100, SCENARIOS, Scenario, THE_LAST, Wanted};
use super::stage::{self, Buyer, PLENTY};
use super::{Options, Way};
use crate::machine::{Machine, Usage};
use crate::say::say;
use anyhow::{Context as _, Result, ensure};
use axum::Router;
use ferrocart::AppState;
use ferrocart::db::products::ProductDoc;
use mongodb::bson::{Document, doc};
use serde::Serialize;
use std::time::Duration;

/// More than anybody sells in a millisecond, if it is not one product.
const CARTS_PER_MILLISECOND: usize = 2;
/// How much longer a hundred buyers of one SKU are watched: so long that some of those whom others
/// always get ahead of come through, and count.
const PATIENCE: u32 = 4;

/// One measurement.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Measured {
    pub(super) round: usize,
    pub(super) scenario: &'static str,
    pub(super) way: Way,
    #[serde(flatten)]
    pub(super) course: Course,
    /// Who had the processors meanwhile, where that is known.
    pub(super) usage: Option<Usage>,
}

struct Bench<'a> {
    shop: &'a AppState,
    machine: &'a Machine,
    window: Duration,
    ways: [(Way, Router); 3],
    catalogue: Vec<ProductDoc>,
}

/// Everything, as often as there are rounds.
pub(super) async fn measure_all(shop: &AppState, machine: &Machine, options: &Options) -> Result<Vec<Measured>> {
    let ways = [
        (Way::Shop, ferrocart::http::app(ferrocart_orders::router(), shop.clone())),
        (Way::TransactionWithBackoff, rival(shop.clone(), Retry::WithBackoff)),
        (Way::TransactionAtOnce, rival(shop.clone(), Retry::AtOnce)),
    ];
    let catalogue = stage::stock(shop, CATALOGUE, PLENTY).await?;
    let bench = Bench { shop, machine, window: Duration::from_millis(options.millis), ways, catalogue };
    let scenarios: Vec<_> = SCENARIOS.into_iter().filter(|scenario| scenario.name.contains(&options.only)).collect();
    say("warming up");
    // The largest crowd makes all connections.
    bench.measure(0, THE_LAST, bench.ways.first().context("no way to check out")?).await?;
    let mut measured = Vec::new();
    for round in 1..=options.rounds {
        say(format_args!("round {round} of {}", options.rounds));
        for (position, scenario) in scenarios.iter().copied().enumerate() {
            // Nobody is always the first.
            let first = round.saturating_add(position).checked_rem(bench.ways.len()).unwrap_or_default();
            for way in bench.ways.iter().cycle().skip(first).take(bench.ways.len()) {
                measured.push(bench.measure(round, scenario, way).await?);
            }
        }
    }
    Ok(measured)
}

impl Bench<'_> {
    async fn measure(&self, round: usize, scenario: Scenario, (way, app): &(Way, Router)) -> Result<Measured> {
        let window = self.window(scenario);
        let buyers = self.buyers(scenario.wanted, window).await?;
        let began = self.shop.now();
        let before = self.machine.ticks();
        let rush = Rush { at_once: scenario.at_once, window };
        let course = rush.run(app, buyers).await?;
        let after = self.machine.ticks();
        let placed = self.shop.database.collection::<Document>("orders");
        let placed = placed.count_documents(doc! { "created_at": { "$gte": began } }).await.context("counting")?;
        let told = u64::try_from(course.orders)?;
        // Of a request that timed out nobody knows, so its order may be there.
        let most = told.saturating_add(u64::try_from(course.timed_out)?);
        ensure!((told..=most).contains(&placed), "{told} buyers were told of an order, and there are {placed}");
        if scenario.wanted == Wanted::TheLast {
            // Fewer is possible when requests timed out, and for the shop a target missed.
            ensure!(placed <= u64::try_from(LAST_PIECES)?, "{placed} orders of {LAST_PIECES} pieces");
        }
        let usage = before.zip(after).map(|(before, after)| after.usage_since(before));
        Ok(Measured { round, scenario: scenario.name, way: *way, course, usage })
    }

    async fn buyers(&self, wanted: Wanted, window: Duration) -> Result<Vec<Buyer>> {
        let millis = usize::try_from(window.as_millis().min(60_000))?;
        let enough = millis.saturating_mul(CARTS_PER_MILLISECOND);
        match wanted {
            Wanted::AllDifferent => stage::buyers(self.shop, &self.catalogue, enough).await,
            Wanted::OneSku => stage::buyers(self.shop, &stage::stock(self.shop, 1, PLENTY).await?, millis).await,
            Wanted::TheLast => {
                let last = stage::stock(self.shop, 1, i64::try_from(LAST_PIECES)?).await?;
                stage::buyers(self.shop, &last, CROWD).await
            }
        }
    }

    fn window(&self, scenario: Scenario) -> Duration {
        match scenario.wanted {
            // Everybody is there at the beginning, and is served.
            Wanted::TheLast => Duration::MAX,
            Wanted::OneSku if scenario.name == ONE_SKU_100 => self.window.saturating_mul(PATIENCE),
            Wanted::OneSku | Wanted::AllDifferent => self.window,
        }
    }
}
