//! The targets of the checkout benchmark. Most are ratios to a baseline in the same round.

use super::Implementation;
use super::load::LoadResult;
use super::measure::Measured;
use super::scenario::{DIFFERENT_PRODUCTS_16, LAST_PIECES, LAST_PIECES_400, LAST_PIECES_BUYERS, ONE_SKU_100};
use crate::report::TargetResult;
use crate::statistics::{Spread, to_float};

/// Scenario and implementation, target, measured values of all rounds, and whether they reach the target.
type Target = ((&'static str, Implementation), &'static str, Spread, fn(Spread) -> bool);

/// Returns the results of all targets whose scenario and implementation were measured.
pub(super) fn results(measured: &[Measured]) -> Vec<TargetResult<Spread>> {
    let targets = ratio_targets(measured).into_iter().chain(count_targets(measured));
    targets
        .filter(|((scenario, implementation), ..)| !select(measured, scenario, *implementation).is_empty())
        .map(|(_, target, measured, is_reached)| TargetResult {
            target: target.to_owned(),
            reached: is_reached(measured),
            measured,
        })
        .collect()
}

/// Targets whose median decides.
fn ratio_targets(measured: &[Measured]) -> [Target; 7] {
    let mail = Implementation::ShopWithMail;
    let (backoff, immediate) = (Implementation::TransactionWithBackoff, Implementation::TransactionWithImmediateRetry);
    let rate = |scenario, baseline| ratios(measured, scenario, baseline, |one| one.result.orders_per_second);
    let p99 = |scenario, baseline| ratios(measured, scenario, baseline, |one| one.result.p99_ms);
    [
        (
            (DIFFERENT_PRODUCTS_16, mail),
            "16 buyers of different products: at most 1.05 times the orders per second of the shop with mail",
            rate(DIFFERENT_PRODUCTS_16, mail),
            |ratio| ratio.median <= 1.05,
        ),
        (
            (DIFFERENT_PRODUCTS_16, mail),
            "16 buyers of different products: with mail at most 1.05 times the processor time",
            // The shop's responses for the same processor time, divided by those with mail.
            ratios(measured, DIFFERENT_PRODUCTS_16, mail, Measured::per_processor_ms),
            |ratio| ratio.median <= 1.05,
        ),
        (
            (DIFFERENT_PRODUCTS_16, backoff),
            "16 buyers of different products: at least 0.75 times the orders per second of the transaction with backoff",
            rate(DIFFERENT_PRODUCTS_16, backoff),
            |ratio| ratio.median >= 0.75,
        ),
        (
            (ONE_SKU_100, backoff),
            "100 buyers of one SKU: at least 4 times the orders per second of the transaction with backoff",
            rate(ONE_SKU_100, backoff),
            |ratio| ratio.median >= 4.0,
        ),
        (
            (ONE_SKU_100, immediate),
            "100 buyers of one SKU: at least 20 times the orders per second of the transaction with immediate retry",
            rate(ONE_SKU_100, immediate),
            |ratio| ratio.median >= 20.0,
        ),
        (
            (ONE_SKU_100, backoff),
            "100 buyers of one SKU: at most a tenth of the p99 of the transaction with backoff",
            p99(ONE_SKU_100, backoff),
            |ratio| ratio.median <= 0.1,
        ),
        (
            (ONE_SKU_100, immediate),
            "100 buyers of one SKU: at most a tenth of the p99 of the transaction with immediate retry",
            p99(ONE_SKU_100, immediate),
            |ratio| ratio.median <= 0.1,
        ),
    ]
}

/// Targets that the shop must reach in every round, without a baseline.
fn count_targets(measured: &[Measured]) -> [Target; 5] {
    let by_round = |scenario, figure: fn(&LoadResult) -> f64| {
        Spread::of(select(measured, scenario, Implementation::Shop).iter().map(|one| figure(&one.result)))
    };
    let last_pieces = |figure| by_round(LAST_PIECES_400.name, figure);
    // Rejections and timeouts would reduce the load and make the other requests faster.
    let without_order =
        |scenario| by_round(scenario, |result| to_float(result.rejected.saturating_add(result.timed_out)));
    [
        (
            (DIFFERENT_PRODUCTS_16, Implementation::Shop),
            "16 buyers of different products: no request is rejected or times out",
            without_order(DIFFERENT_PRODUCTS_16),
            |requests| is_always(requests, 0),
        ),
        (
            (ONE_SKU_100, Implementation::Shop),
            "100 buyers of one SKU: no request is rejected or times out",
            without_order(ONE_SKU_100),
            |requests| is_always(requests, 0),
        ),
        (
            (LAST_PIECES_400.name, Implementation::Shop),
            "400 buyers of the last 20 pieces: exactly 20 orders in every round",
            last_pieces(|result| to_float(result.orders)),
            |orders| is_always(orders, LAST_PIECES),
        ),
        (
            (LAST_PIECES_400.name, Implementation::Shop),
            "400 buyers of the last 20 pieces: exactly 380 rejections in every round",
            last_pieces(|result| to_float(result.rejected)),
            |rejected| is_always(rejected, LAST_PIECES_BUYERS.saturating_sub(LAST_PIECES)),
        ),
        (
            (LAST_PIECES_400.name, Implementation::Shop),
            "400 buyers of the last 20 pieces: slowest rejection in ms, less than 500 in every round",
            last_pieces(|result| result.slowest_rejection_ms),
            |millis| millis.max < 500.0,
        ),
    ]
}

/// Reports whether every round had the same expected number.
fn is_always(measured: Spread, expected: usize) -> bool {
    measured.min >= to_float(expected) && measured.max <= to_float(expected)
}

/// Divides a figure of the shop by that of a baseline, round by round.
pub(super) fn ratios(
    measured: &[Measured],
    scenario: &str,
    baseline: Implementation,
    figure: fn(&Measured) -> f64,
) -> Spread {
    let shop = select(measured, scenario, Implementation::Shop);
    let baseline = select(measured, scenario, baseline);
    Spread::of(shop.iter().zip(baseline).map(|(shop, baseline)| figure(shop) / figure(baseline)))
}

/// Returns the measurements of an implementation in a scenario, ordered by round.
pub(super) fn select<'a>(
    measured: &'a [Measured],
    scenario: &str,
    implementation: Implementation,
) -> Vec<&'a Measured> {
    measured.iter().filter(|one| one.scenario == scenario && one.implementation == implementation).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Implementation;
    use super::super::load::LoadResult;
    use super::super::measure::Measured;
    use super::super::scenario::LAST_PIECES_400;
    use super::results;

    /// A round with 400 buyers of the last pieces.
    fn round(orders: usize, rejected: usize, slowest_rejection_ms: f64) -> Measured {
        let result = LoadResult {
            orders,
            orders_per_second: 100.0,
            rejected,
            timed_out: 0,
            p50_ms: 1.0,
            p99_ms: 1.0,
            slowest_rejection_ms,
        };
        let (scenario, implementation) = (LAST_PIECES_400.name, Implementation::Shop);
        Measured { round: 1, scenario, implementation, result, usage: None }
    }

    #[test]
    fn one_bad_round_misses_a_target() {
        let good = || round(20, 380, 400.0);
        let reached = |bad: Measured| results(&[good(), good(), bad]).iter().map(|it| it.reached).collect::<Vec<_>>();
        assert_eq!(reached(good()), [true, true, true]);
        assert_eq!(reached(round(19, 381, 400.0)), [false, false, true]);
        assert_eq!(reached(round(21, 379, 400.0)), [false, false, true]);
        assert_eq!(reached(round(20, 379, 400.0)), [true, false, true]);
        assert_eq!(reached(round(20, 380, 500.0)), [true, true, false]);
    }
}
