//! The shop as it is: in every state of every scenario every invariant holds.

use crate::explore::{Report, explore};
use crate::scenario::Scenario;
use crate::scenarios;

/// Each scenario is named by its function, and has that many states. The number is there so that
/// nobody has to believe how much was looked at, and so that a model of less is noticed.
macro_rules! holds_in_every_state_of {
    ($($scenario:ident: $states:literal,)+) => {
        $(
            #[test]
            fn $scenario() {
                check(scenarios::$scenario(), $states);
            }
        )+
    };
}

holds_in_every_state_of! {
    last_pieces: 9_201,
    one_key_twice: 76_948,
    one_key_thrice: 200_309,
    two_keys_one_cart: 18_523,
    a_cart_that_changes: 70_391,
    one_key_and_a_cart_that_changes: 4_833,
    a_cart_that_changes_and_a_cancelled_order: 44_191,
    a_cart_that_changes_and_a_failover: 58_209,
    a_bad_day: 987_290,
    three_keys_one_cart: 772_886,
    no_keys: 18_523,
    two_runs: 30_674,
    two_misfortunes: 15_231,
    failover: 22_822,
    one_key_and_a_failover: 75_862,
    paid_or_cancelled: 8_081,
    refunded_or_shipped: 38_090,
    money_that_comes_late: 12_735,
    overdue_twice: 7_096,
}

#[track_caller]
fn check(scenario: Scenario, states: usize) {
    let Report { states: visited, broken, unreached } = explore(scenario);
    let told: String = broken.iter().map(|(invariant, trace)| format!("not so: {invariant}\n{trace}")).collect();
    assert!(told.is_empty(), "{told}");
    assert!(unreached.is_empty(), "this never comes about: {unreached:?}");
    assert_eq!(visited, states, "the number of states");
}
