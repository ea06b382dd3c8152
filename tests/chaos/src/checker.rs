//! What must hold when faults are healed and recovery has run, whatever happened before: the eight
//! invariants of checkout and payment. It reports every violation, with what is needed to find its
//! cause.

mod disputes;
mod events;
mod goods;
mod orders;
mod payments;
mod snapshot;
mod stock;
mod stored;
mod told;

#[cfg(test)]
mod each_invariant;

pub use disputes::Dispute;
pub use snapshot::{Delivery, Event, Hold, Intent, Line, OrderNow, ProductNow, Refund, RefundNow, Snapshot};

use crate::history::Entry;
use std::fmt::{Display, Formatter};

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which invariant does not hold, from 1 to 8.
    pub invariant: u8,
    /// Of what, and how it is instead.
    pub detail: String,
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let rule = match self.invariant {
            1 => "initial + restocked = in stock + in orders not cancelled + held, and none below 0",
            2 => "no hold outlives its limit",
            3 => "a paid intent has one paid order of its sum or a full refund, and what is disputed is marked",
            4 => "one order per key, per purchase of a cart, per intent",
            5 => {
                "a total is the sum of its lines, refunds are within what was paid, goods that are taken back return once"
            }
            6 => "an order's history is a legal path",
            7 => "what a client was told is so, and what was refused left nothing",
            _ => "an acknowledged event has had its effect, once",
        };
        write!(f, "invariant {}: {}\n    ({rule})", self.invariant, self.detail)
    }
}

/// Everything that is wrong after recovery.
#[must_use]
pub fn check(now: &Snapshot, history: &[Entry]) -> Vec<Violation> {
    let mut violations = Vec::new();
    stock::check(now, &mut violations);
    payments::check(now, &mut violations);
    disputes::check(now, &mut violations);
    orders::check(now, &mut violations);
    goods::check(now, history, &mut violations);
    told::check(now, history, &mut violations);
    events::check(now, &mut violations);
    violations
}

/// What is wrong with the effects of events before recovery has run: it asks Stripe, and so would
/// make up for an event that was acknowledged and had no effect.
#[must_use]
pub fn check_events(now: &Snapshot) -> Vec<Violation> {
    let mut violations = Vec::new();
    events::check(now, &mut violations);
    violations
}

fn violated(violations: &mut Vec<Violation>, invariant: u8, detail: String) {
    violations.push(Violation { invariant, detail });
}
