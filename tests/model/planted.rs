//! The shop with a mistake in it: each is found, by the invariant that it breaks.

use crate::defect::Defect;
use crate::explore::explore;
use crate::invariants::{HOLDS, NO_OVERSELL, NOTHING_LOST, ONE_ORDER, SETTLED, SHIPPED_IS_PAID, TIDY, UNPAYABLE};
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
fn without_the_unique_index_one_key_makes_two_orders() {
    breaks(scenarios::one_key_twice(), Defect::NoUniqueKey, ONE_ORDER);
}

#[test]
fn without_the_unique_index_one_cart_is_bought_twice() {
    breaks(scenarios::two_keys_one_cart(), Defect::NoUniqueKey, ONE_ORDER);
    breaks(scenarios::no_keys(), Defect::NoUniqueKey, ONE_ORDER);
}

#[test]
fn giving_back_what_is_not_marked_as_abandoned_makes_an_order_without_goods() {
    breaks(scenarios::one_key_twice(), Defect::NoAbandonMark, NOTHING_LOST);
}

#[test]
fn confirming_what_was_abandoned_makes_an_order_without_goods() {
    breaks(scenarios::one_key_twice(), Defect::ConfirmAbandoned, NOTHING_LOST);
}

#[test]
fn giving_back_without_a_hold_makes_goods_out_of_nothing() {
    breaks(scenarios::last_pieces(), Defect::GiveBackWithoutHold, NOTHING_LOST);
}

/// Recovery would find these holds too, but only because it looks for what a sleeper leaves behind.
#[test]
fn deleting_before_giving_back_leaves_holds_that_nothing_tells_of() {
    breaks(scenarios::last_pieces(), Defect::DeleteBeforeGiveBack, HOLDS);
}

#[test]
fn removing_the_holds_before_the_order_is_confirmed_loses_goods() {
    breaks(scenarios::last_pieces(), Defect::HoldsRemovedBeforeConfirm, NOTHING_LOST);
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
fn confirming_on_one_member_loses_the_goods_of_an_order() {
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
