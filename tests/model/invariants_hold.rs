//! The shop as it is: every invariant holds in every state of every scenario, and every goal is reached.

use crate::explore::{Report, explore};
use crate::scenario::Scenario;
use crate::scenarios;

/// Makes a test for each scenario, with the expected number of states. The number documents how much was explored, and
/// makes a change visible by which the model explores less.
macro_rules! invariants_hold_in {
    ($($scenario:ident: $states:literal,)+) => {
        $(
            #[test]
            fn $scenario() {
                check(scenarios::$scenario(), $states);
            }
        )+
    };
}

invariants_hold_in! {
    last_pieces: 9_201,
    one_key_twice: 76_948,
    one_key_thrice: 200_309,
    two_keys_one_cart: 18_523,
    a_cart_that_changes: 70_391,
    one_key_and_a_cart_that_changes: 4_833,
    a_cart_that_changes_and_a_cancelled_order: 45_106,
    a_cart_that_changes_and_a_failover: 58_209,
    everything_at_once: 987_290,
    three_keys_one_cart: 772_886,
    no_keys: 18_523,
    two_runs: 30_674,
    two_faults: 15_231,
    failover: 22_822,
    one_key_and_a_failover: 75_862,
    paid_or_cancelled: 15_238,
    refunded_or_shipped: 74_310,
    late_payment: 26_400,
    overdue_twice: 19_858,
    bank_debit: 6_504,
    cancelled_debit: 98_991,
    merge_and_checkouts: 15_833,
    merge_and_a_cancelled_order: 6_354,
    two_merges_and_a_failover: 10_661,
}

#[track_caller]
fn check(scenario: Scenario, expected_states: usize) {
    let Report { states, violations, unreached } = explore(scenario);
    let traces: String =
        violations.iter().map(|(invariant, trace)| format!("violated: {invariant}\n{trace}")).collect();
    assert!(traces.is_empty(), "{traces}");
    assert!(unreached.is_empty(), "unreached goals: {unreached:?}");
    assert_eq!(states, expected_states, "the number of states");
}
