//! The shop with a defect: the model finds each one, as a violation of the invariant that it endangers.

use crate::defect::Defect;
use crate::explore::explore_until_violated;
use crate::invariants::{
    BOUGHT_ONCE, KEPT, NO_OVERSELL, ONE_ORDER, PAYMENT_IS_SHOWN, RECOVERED, RESOLVED, SHIPPED_IS_PAID, STOCK_ADDS_UP,
    UNDER_WAY, UNPAYABLE,
};
use crate::scenario::Scenario;
use crate::scenarios;

#[track_caller]
fn violates(scenario: Scenario, defect: Defect, invariant: &'static str) {
    let report = explore_until_violated(scenario.with(defect), invariant);
    let violated: Vec<_> = report.violations.iter().map(|(name, _)| *name).collect();
    assert!(violated.contains(&invariant), "{defect:?} violates {violated:?}");
}

#[test]
fn reserving_without_a_stock_condition_oversells() {
    violates(scenarios::last_pieces(), Defect::NoStockCondition, NO_OVERSELL);
}

#[test]
fn without_the_unique_key_one_key_places_two_orders() {
    violates(scenarios::one_key_and_a_cart_that_changes(), Defect::NoUniqueKey, ONE_ORDER);
}

#[test]
fn without_the_unique_purchase_a_cart_is_bought_twice() {
    violates(scenarios::two_keys_one_cart(), Defect::NoUniquePurchase, ONE_ORDER);
    violates(scenarios::no_keys(), Defect::NoUniquePurchase, BOUGHT_ONCE);
}

#[test]
fn a_merge_that_takes_no_purchase_number_sells_lines_twice() {
    violates(scenarios::merge_and_checkouts(), Defect::MergeUncounted, RECOVERED);
    violates(scenarios::merge_and_checkouts(), Defect::MergeUncounted, BOUGHT_ONCE);
}

#[test]
fn with_the_cart_version_in_the_index_a_cart_is_bought_twice() {
    violates(scenarios::a_cart_that_changes(), Defect::CartVersionInIndex, BOUGHT_ONCE);
}

#[test]
fn keeping_an_unattached_intent_leaves_a_payable_order() {
    violates(scenarios::overdue_twice(), Defect::AbandonedIntentKept, UNPAYABLE);
}

#[test]
fn releasing_without_a_tombstone_leaves_an_order_without_stock() {
    violates(scenarios::one_key_twice(), Defect::NoTombstone, STOCK_ADDS_UP);
}

#[test]
fn placing_over_a_tombstone_leaves_an_order_without_stock() {
    violates(scenarios::one_key_twice(), Defect::OrderOverTombstone, STOCK_ADDS_UP);
}

#[test]
fn releasing_a_placed_order_leaves_it_without_stock() {
    violates(scenarios::one_key_twice(), Defect::PlacedOrderReleased, STOCK_ADDS_UP);
}

#[test]
fn a_tombstone_on_the_primary_only_leaves_an_order_without_stock() {
    violates(scenarios::failover(), Defect::TombstoneOnPrimaryOnly, STOCK_ADDS_UP);
}

#[test]
fn releasing_without_a_hold_creates_stock() {
    violates(scenarios::last_pieces(), Defect::ReleaseWithoutHold, STOCK_ADDS_UP);
}

#[test]
fn removing_holds_before_placing_loses_stock() {
    violates(scenarios::last_pieces(), Defect::HoldsRemovedBeforePlace, STOCK_ADDS_UP);
}

#[test]
fn removing_lines_without_counting_removes_later_ones() {
    violates(scenarios::one_key_and_a_cart_that_changes(), Defect::PurchaseUncounted, RECOVERED);
}

#[test]
fn removing_holds_before_cart_lines_leaves_a_full_cart() {
    violates(scenarios::one_key_twice(), Defect::HoldsRemovedBeforeCartLines, RECOVERED);
}

#[test]
fn releasing_after_an_unknown_result_leaves_an_order_without_stock() {
    violates(scenarios::one_key_twice(), Defect::ReleaseAfterUnknownResult, STOCK_ADDS_UP);
}

#[test]
fn reserving_on_the_primary_only_sells_unreserved_stock() {
    violates(scenarios::failover(), Defect::StockOnPrimaryOnly, STOCK_ADDS_UP);
}

#[test]
fn placing_on_the_primary_only_loses_stock() {
    violates(scenarios::failover(), Defect::OrderOnPrimaryOnly, STOCK_ADDS_UP);
}

#[test]
fn cancelling_here_before_stripe_leaves_a_payable_order() {
    violates(scenarios::paid_or_cancelled(), Defect::CancelHereFirst, UNPAYABLE);
}

#[test]
fn cancelling_despite_a_new_intent_leaves_a_payable_order() {
    violates(scenarios::overdue_twice(), Defect::CancelDespiteIntent, UNPAYABLE);
}

#[test]
fn refunding_before_cancelling_ships_an_unpaid_order() {
    violates(scenarios::refunded_or_shipped(), Defect::RefundFirst, SHIPPED_IS_PAID);
}

#[test]
fn recording_an_event_before_its_effect_loses_a_payment() {
    violates(scenarios::paid_or_cancelled(), Defect::EventBeforeEffect, RESOLVED);
}

#[test]
fn ignoring_a_late_payment_keeps_money_for_nothing() {
    violates(scenarios::late_payment(), Defect::LatePaymentIgnored, RESOLVED);
}

#[test]
fn cancelling_a_debit_for_its_buyer_is_found() {
    violates(scenarios::cancelled_debit(), Defect::DebitCancelledByBuyer, UNDER_WAY);
}

#[test]
fn cancelling_a_debit_of_an_overdue_order_loses_a_sale() {
    violates(scenarios::bank_debit(), Defect::DebitCancelledBySystem, KEPT);
}

#[test]
fn releasing_stock_during_a_debit_loses_a_sale() {
    violates(scenarios::cancelled_debit(), Defect::StockOfDebitReleased, KEPT);
}

#[test]
fn not_reconciling_a_failed_debit_leaves_an_open_order() {
    violates(scenarios::bank_debit(), Defect::FailedDebitNotReconciled, RESOLVED);
}

#[test]
fn overwriting_the_status_of_a_paid_order_is_found() {
    violates(scenarios::bank_debit(), Defect::StatusOfPaidOrderOverwritten, PAYMENT_IS_SHOWN);
}
