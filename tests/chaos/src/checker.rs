//! The checker: verifies the eleven invariants of checkout, payment, catalogue and mail, after all faults have ended and recovery has
//! run.
//!
//! Its input is a [`Snapshot`] of the shop's database and of Stripe, read without the shop's code, and the history of
//! what clients observed. It reports every violation with the ids needed to find the cause. Its unit tests damage a
//! consistent snapshot in one way at a time and require the right invariant to be violated; `tests/injected_defects.rs`
//! does the same with defects of the shop.

mod accounts;
mod claims;
mod disputes;
mod events;
mod fields;
mod liveness;
mod merges;
mod notifications;
mod orders;
mod payments;
mod products;
mod responses;
mod restocks;
mod slugs;
mod snapshot;
mod stock;
mod synthetic;

#[cfg(test)]
mod tests;

pub use accounts::StoredAccount;
pub use disputes::Dispute;
pub use notifications::StoredNotification;
pub use products::{Hold, StoredProduct};
pub use snapshot::{Delivery, Event, Intent, Line, Snapshot, StoredOrder, StoredRefund, StripeRefund};

use crate::history::Entry;
use std::fmt::{Display, Formatter};

/// A violation of an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The number of the invariant, from 1 to 11.
    pub invariant: u8,
    /// The objects concerned, with the expected and the actual values.
    pub detail: String,
}

/// The violations found so far.
#[derive(Default)]
struct Violations(Vec<Violation>);

impl Violations {
    fn add(&mut self, invariant: u8, detail: String) {
        self.0.push(Violation { invariant, detail });
    }
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let invariant = match self.invariant {
            1 => "initial + restocked = in stock + in orders that are not cancelled + on hold, and none is negative",
            2 => "no hold outlives its limit",
            3 => {
                "a succeeded intent has one paid order of its amount and currency or a full refund, and an order is \
                 flagged while a dispute is open or lost"
            }
            4 => {
                "at most one order per idempotency key, per purchase of a cart, and per intent; what was in merged carts is \
                 bought once"
            }
            5 => {
                "a total is the sum of its lines, refunds do not exceed the payment, and an order is restocked at most \
                 once, on request"
            }
            6 => "the history of an order consists of legal transitions",
            7 => "an order exists as clients received it, and a rejected request left nothing",
            8 => "an acknowledged event has taken effect once",
            9 => {
                "every order reaches a final state, an order that is being paid is cancelled only on request, and nothing is \
                 left of a synthetic purchase"
            }
            10 => "a product keeps every slug that it had, and no other product gets it",
            _ => {
                "each notification is sent once, or once more for each attempt that has crashed or whose response was \
                 lost, and none is missing"
            }
        };
        write!(f, "invariant {}: {}\n    ({invariant})", self.invariant, self.detail)
    }
}

/// Returns all violations after recovery.
#[must_use]
pub fn check(snapshot: &Snapshot, history: &[Entry]) -> Vec<Violation> {
    let snapshot = &claims::with_keys(snapshot, history);
    let mut violations = Violations::default();
    stock::check(snapshot, &mut violations);
    payments::check(snapshot, &mut violations);
    disputes::check(snapshot, &mut violations);
    orders::check(snapshot, &mut violations);
    merges::check(snapshot, history, &mut violations);
    claims::check(snapshot, history, &mut violations);
    restocks::check(snapshot, history, &mut violations);
    responses::check(snapshot, history, &mut violations);
    events::check(snapshot, &mut violations);
    liveness::check(snapshot, history, &mut violations);
    synthetic::check(snapshot, &mut violations);
    slugs::check(snapshot, history, &mut violations);
    notifications::check(snapshot, &mut violations);
    accounts::check(snapshot, &mut violations);
    violations.0
}

/// Returns the violations of invariant 8 before recovery. Recovery reconciles orders with Stripe, which would conceal
/// an acknowledged event without effect.
#[must_use]
pub fn check_events(snapshot: &Snapshot) -> Vec<Violation> {
    let mut violations = Violations::default();
    events::check(snapshot, &mut violations);
    violations.0
}
