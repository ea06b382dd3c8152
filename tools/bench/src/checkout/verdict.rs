//! What the shop has to reach, as ratios to the transactions of the same round.

use super::Way;
use super::measure::Measured;
use super::rush::Course;
use super::scenario::{ALL_DIFFERENT_16, CROWD, LAST_PIECES, ONE_SKU_100, THE_LAST};
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
    let ratios: [Target; 5] = [
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
    ];
    let verdict = |(scenario, target, measured, is_reached): Target| Verdict {
        scenario,
        target,
        reached: is_reached(measured),
        measured,
    };
    let verdicts = ratios.into_iter().chain(counts(measured)).map(verdict);
    verdicts.filter(|verdict| measured.iter().any(|one| one.scenario == verdict.scenario)).collect()
}

/// What has to be so in every round, and needs no rival.
fn counts(measured: &[Measured]) -> [Target; 5] {
    let in_rounds = |scenario, figure: fn(&Course) -> f64| {
        Spread::of(of(measured, scenario, Way::Shop).iter().map(|one| figure(&one.course)))
    };
    let last = |figure| in_rounds(THE_LAST.name, figure);
    // Whoever is turned away at once makes the others fast.
    let unserved = |scenario| in_rounds(scenario, |course| count(course.refused.saturating_add(course.timed_out)));
    [
        (
            ALL_DIFFERENT_16,
            "16 buyers of different products: nobody leaves without an order",
            unserved(ALL_DIFFERENT_16),
            is_none,
        ),
        (ONE_SKU_100, "100 buyers of one SKU: nobody leaves without an order", unserved(ONE_SKU_100), is_none),
        (
            THE_LAST.name,
            "400 buyers of the last 20 pieces: exactly 20 orders, in every round",
            last(|course| count(course.orders)),
            |orders| are_all(orders, LAST_PIECES),
        ),
        (
            THE_LAST.name,
            "400 buyers of the last 20 pieces: 380 clear refusals, in every round",
            last(|course| count(course.refused)),
            |refused| are_all(refused, CROWD.saturating_sub(LAST_PIECES)),
        ),
        (
            THE_LAST.name,
            "400 buyers of the last 20 pieces: every refusal of every round within 500 ms; by round, the worst",
            last(|course| course.worst_refusal_ms),
            |millis| millis.most < 500.0,
        ),
    ]
}

/// Whether it was that number in every round.
fn are_all(measured: Spread, number: usize) -> bool {
    measured.least >= count(number) && measured.most <= count(number)
}

fn is_none(measured: Spread) -> bool {
    are_all(measured, 0)
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

#[cfg(test)]
mod tests {
    use super::super::Way;
    use super::super::measure::Measured;
    use super::super::rush::Course;
    use super::super::scenario::THE_LAST;
    use super::verdicts;

    /// A round in which 400 want the last pieces.
    fn round(orders: usize, refused: usize, worst_refusal_ms: f64) -> Measured {
        let course = Course {
            orders,
            orders_per_second: 100.0,
            refused,
            timed_out: 0,
            p50_ms: 1.0,
            p99_ms: 1.0,
            worst_refusal_ms,
        };
        Measured { round: 1, scenario: THE_LAST.name, way: Way::Shop, course, usage: None }
    }

    #[test]
    fn one_bad_round_is_enough_to_miss_a_target() {
        let good = || round(20, 380, 400.0);
        let reached = |bad: Measured| verdicts(&[good(), good(), bad]).iter().map(|it| it.reached).collect::<Vec<_>>();
        assert_eq!(reached(good()), [true, true, true]);
        assert_eq!(reached(round(19, 381, 400.0)), [false, false, true]);
        assert_eq!(reached(round(21, 379, 400.0)), [false, false, true]);
        assert_eq!(reached(round(20, 379, 400.0)), [true, false, true]);
        assert_eq!(reached(round(20, 380, 500.0)), [true, true, false]);
    }
}
