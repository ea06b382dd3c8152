//! What the shop has to reach, as ratios to the transactions of the same round.

use super::Way;
use super::measure::Measured;
use super::rush::Course;
use super::scenario::{ALL_DIFFERENT_16, LAST_PIECES, ONE_SKU_100, THE_LAST};
use crate::figures::{Spread, count};
use serde::Serialize;

/// A target, and what came of it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Verdict {
    #[serde(skip)]
    scenario: &'static str,
    pub(super) target: &'static str,
    pub(super) reached: bool,
    /// What was measured, round by round; the median decides, where not every round has to.
    pub(super) measured: Spread,
}

/// In which scenario, what is to be reached, what was measured, and whether that is enough.
type Target = (&'static str, &'static str, Spread, fn(Spread) -> bool);

/// Every target that something was measured for.
pub(super) fn verdicts(measured: &[Measured]) -> Vec<Verdict> {
    let rate = |course: &Course| course.orders_per_second;
    let p99 = |course: &Course| course.p99_ms;
    let against = |scenario, rival, figure: fn(&Course) -> f64| ratios(measured, scenario, rival, figure);
    let (backoff, at_once) = (Way::TransactionWithBackoff, Way::TransactionAtOnce);
    let last = of(measured, THE_LAST.name, Way::Shop);
    let orders = Spread::of(last.iter().map(|one| count(one.course.orders)));
    let refusals = Spread::of(last.iter().map(|one| one.course.worst_refusal_ms));
    let targets: [Target; 7] = [
        (
            ALL_DIFFERENT_16,
            "16 buyers of different products: 0.75 times the orders per second of the transaction with backoff",
            against(ALL_DIFFERENT_16, backoff, rate),
            |ratio| ratio.median >= 0.75,
        ),
        (
            ONE_SKU_100,
            "100 buyers of one SKU: 4 times the orders per second of the transaction with backoff",
            against(ONE_SKU_100, backoff, rate),
            |ratio| ratio.median >= 4.0,
        ),
        (
            ONE_SKU_100,
            "100 buyers of one SKU: 20 times the orders per second of the transaction retried at once",
            against(ONE_SKU_100, at_once, rate),
            |ratio| ratio.median >= 20.0,
        ),
        (
            ONE_SKU_100,
            "100 buyers of one SKU: at most a tenth of the p99 of the transaction with backoff",
            against(ONE_SKU_100, backoff, p99),
            |ratio| ratio.median <= 0.1,
        ),
        (
            ONE_SKU_100,
            "100 buyers of one SKU: at most a tenth of the p99 of the transaction retried at once",
            against(ONE_SKU_100, at_once, p99),
            |ratio| ratio.median <= 0.1,
        ),
        (THE_LAST.name, "400 buyers of the last 20 pieces: exactly 20 orders, in every round", orders, |orders| {
            orders.least >= count(LAST_PIECES) && orders.most <= count(LAST_PIECES)
        }),
        (
            THE_LAST.name,
            "400 buyers of the last 20 pieces: every refusal within 500 ms, in the median round",
            refusals,
            |millis| millis.median < 500.0,
        ),
    ];
    let verdict = |(scenario, target, measured, is_reached): Target| Verdict {
        scenario,
        target,
        reached: is_reached(measured),
        measured,
    };
    let verdicts = targets.map(verdict).into_iter();
    verdicts.filter(|verdict| measured.iter().any(|one| one.scenario == verdict.scenario)).collect()
}

/// A figure of the shop, divided by that of a rival in the same round.
pub(super) fn ratios(measured: &[Measured], scenario: &str, rival: Way, figure: fn(&Course) -> f64) -> Spread {
    let shop = of(measured, scenario, Way::Shop);
    let rivals = of(measured, scenario, rival);
    Spread::of(shop.iter().zip(rivals).map(|(shop, rival)| figure(&shop.course) / figure(&rival.course)))
}

/// What was measured in a scenario of one way, in the order of the rounds.
pub(super) fn of<'a>(measured: &'a [Measured], scenario: &str, way: Way) -> Vec<&'a Measured> {
    measured.iter().filter(|one| one.scenario == scenario && one.way == way).collect()
}
