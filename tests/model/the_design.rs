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
    last_pieces: 104_320,
    one_key_twice: 648_148,
    one_key_thrice: 331_688,
    two_keys_one_cart: 111_219,
    a_cart_that_changes: 1_489_320,
    one_key_and_a_cart_that_changes: 3_451,
    a_cart_that_changes_and_a_cancelled_order: 149_150,
    a_cart_that_changes_and_a_failover: 718_987,
    no_keys: 99_900,
    two_runs: 256_021,
    two_misfortunes: 122_726,
    failover: 136_085,
    one_key_and_a_failover: 571_570,
    paid_or_cancelled: 8_115,
    refunded_or_shipped: 38_124,
    money_that_comes_late: 15_934,
    overdue_twice: 7_256,
}

#[track_caller]
fn check(scenario: Scenario, states: usize) {
    let Report { states: visited, broken, unreached } = explore(scenario);
    let told: String = broken.iter().map(|(invariant, trace)| format!("not so: {invariant}\n{trace}")).collect();
    assert!(told.is_empty(), "{told}");
    assert!(unreached.is_empty(), "this never comes about: {unreached:?}");
    assert_eq!(visited, states, "the number of states");
}
