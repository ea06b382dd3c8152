//! The shop with a mistake in it: each is found, by the invariant that it breaks.

use crate::defect::Defect;
use crate::explore::explore;
use crate::invariants::{BOUGHT_ONCE, NO_OVERSELL, NOTHING_LOST, ONE_ORDER, SETTLED, SHIPPED_IS_PAID, TIDY, UNPAYABLE};
use crate::scenario::Scenario;
use crate::scenarios;

#[track_caller]
fn breaks(scenario: Scenario, defect: Defect, invariant: &str) {
    let report = explore(scenario.with(defect));
    let broken: Vec<_> = report.broken.iter().map(|(name, _)| *name).collect();
    assert!(broken.contains(&invariant), "{defect:?} breaks {broken:?}");
}

#[test]
fn taking_what_is_not_there_oversells() {
    breaks(scenarios::last_pieces(), Defect::NoStockCondition, NO_OVERSELL);
}

#[test]
fn without_the_unique_key_one_key_makes_two_orders() {
    breaks(scenarios::one_key_and_a_cart_that_changes(), Defect::NoUniqueKey, ONE_ORDER);
}

#[test]
fn without_the_unique_purchase_one_cart_is_bought_twice() {
    breaks(scenarios::two_keys_one_cart(), Defect::NoUniquePurchase, ONE_ORDER);
    breaks(scenarios::no_keys(), Defect::NoUniquePurchase, BOUGHT_ONCE);
}

#[test]
fn by_its_version_instead_of_its_purchases_a_cart_is_bought_twice() {
    breaks(scenarios::a_cart_that_changes(), Defect::VersionInKey, BOUGHT_ONCE);
}

#[test]
fn keeping_an_intent_that_could_not_be_noted_leaves_an_order_that_can_still_be_paid() {
    breaks(scenarios::overdue_twice(), Defect::MadeIntentKept, UNPAYABLE);
}

#[test]
fn giving_back_without_a_tombstone_makes_an_order_without_goods() {
    breaks(scenarios::one_key_twice(), Defect::NoTombstone, NOTHING_LOST);
}

#[test]
fn placing_an_order_over_a_tombstone_makes_one_without_goods() {
    breaks(scenarios::one_key_twice(), Defect::OrderOverTombstone, NOTHING_LOST);
}

#[test]
fn burying_an_order_that_stands_makes_one_without_goods() {
    breaks(scenarios::one_key_twice(), Defect::BuriedAlive, NOTHING_LOST);
}

#[test]
fn a_tombstone_on_one_member_makes_an_order_without_goods() {
    breaks(scenarios::failover(), Defect::TombstoneOnOneMember, NOTHING_LOST);
}

#[test]
fn giving_back_without_a_hold_makes_goods_out_of_nothing() {
    breaks(scenarios::last_pieces(), Defect::GiveBackWithoutHold, NOTHING_LOST);
}

#[test]
fn removing_the_holds_before_the_order_is_placed_loses_goods() {
    breaks(scenarios::last_pieces(), Defect::HoldsRemovedBeforePlace, NOTHING_LOST);
}

#[test]
fn taking_lines_out_without_counting_takes_out_what_came_later() {
    breaks(scenarios::one_key_and_a_cart_that_changes(), Defect::TakenOutUncounted, TIDY);
}

#[test]
fn removing_the_holds_before_the_cart_is_emptied_leaves_it_full() {
    breaks(scenarios::one_key_twice(), Defect::HoldsRemovedBeforeTakeOut, TIDY);
}

#[test]
fn undoing_without_asking_for_the_order_makes_an_order_without_goods() {
    breaks(scenarios::one_key_twice(), Defect::CompensationWithoutAsking, NOTHING_LOST);
}

#[test]
fn taking_stock_on_one_member_sells_what_was_never_taken() {
    breaks(scenarios::failover(), Defect::StockOnOneMember, NOTHING_LOST);
}

#[test]
fn placing_on_one_member_loses_the_goods_of_an_order() {
    breaks(scenarios::failover(), Defect::OrderOnOneMember, NOTHING_LOST);
}

#[test]
fn cancelling_here_before_stripe_leaves_an_order_that_can_still_be_paid() {
    breaks(scenarios::paid_or_cancelled(), Defect::CancelHereFirst, UNPAYABLE);
}

#[test]
fn cancelling_despite_a_new_intent_leaves_an_order_that_can_still_be_paid() {
    breaks(scenarios::overdue_twice(), Defect::CancelDespiteIntent, UNPAYABLE);
}

#[test]
fn refunding_before_cancelling_ships_what_is_not_paid() {
    breaks(scenarios::refunded_or_shipped(), Defect::RefundFirst, SHIPPED_IS_PAID);
}

#[test]
fn recording_an_event_before_its_effect_keeps_money_for_nothing() {
    breaks(scenarios::paid_or_cancelled(), Defect::EventBeforeEffect, SETTLED);
}

#[test]
fn ignoring_late_money_keeps_it_for_nothing() {
    breaks(scenarios::money_that_comes_late(), Defect::LateMoneyIgnored, SETTLED);
}
