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
    last_pieces: 82_524,
    one_key_twice: 248_469,
    one_key_thrice: 168_573,
    two_keys_one_cart: 254_491,
    a_cart_that_changes: 266_786,
    no_keys: 242_989,
    two_runs: 193_727,
    two_misfortunes: 93_323,
    failover: 103_616,
    one_key_and_a_failover: 171_448,
    paid_or_cancelled: 8_028,
    refunded_or_shipped: 36_795,
    money_that_comes_late: 11_671,
    overdue_twice: 6_600,
}

#[track_caller]
fn check(scenario: Scenario, states: usize) {
    let Report { states: visited, broken, unreached } = explore(scenario);
    let told: String = broken.iter().map(|(invariant, trace)| format!("not so: {invariant}\n{trace}")).collect();
    assert!(told.is_empty(), "{told}");
    assert!(unreached.is_empty(), "this never comes about: {unreached:?}");
    assert_eq!(visited, states, "the number of states");
}
