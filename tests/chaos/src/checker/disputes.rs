//! Invariant 3, of disputes: an order is marked as long as a bank wants its money back, or has it.

use super::stored::member;
use super::{Intent, Snapshot, Violation, violated};
use serde_json::Value;

/// A buyer's bank wants the money of an intent back.
#[derive(Debug, Clone, Default)]
pub struct Dispute {
    /// Its id.
    pub id: String,
    /// Of which intent.
    pub intent: String,
    /// How far it is.
    pub status: String,
}

pub(super) fn check(now: &Snapshot, violations: &mut Vec<Violation>) {
    for order in &now.orders {
        let (id, is_marked) = (&order.id, order.is_flagged("disputed"));
        let standing = now.disputes.iter().find(|it| order.intent.as_ref() == Some(&it.intent) && !it.is_won());
        match standing {
            Some(Dispute { id: dispute, status, .. }) if !is_marked => {
                violated(violations, 3, format!("the dispute {dispute} is {status}, and its order {id} is not marked"));
            }
            None if is_marked => {
                violated(violations, 3, format!("the order {id} is marked as disputed, and no dispute of it stands"));
            }
            Some(_) | None => {}
        }
    }
}

impl Dispute {
    pub(super) fn of(dispute: &Value) -> Self {
        Self { id: member(dispute, "id"), intent: member(dispute, "payment_intent"), status: member(dispute, "status") }
    }

    /// Whether it is over, and the money is the shop's again.
    pub(super) fn is_won(&self) -> bool {
        ["won", "warning_closed"].contains(&self.status.as_str())
    }
}

impl Snapshot {
    /// The disputes of a payment, whatever came of them.
    pub(super) fn disputes_of(&self, intent: &Intent) -> impl Iterator<Item = &Dispute> {
        self.disputes.iter().filter(|dispute| dispute.intent == intent.id)
    }
}
