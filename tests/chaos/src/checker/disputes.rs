//! Invariant 3, disputes: an order is flagged if and only if a dispute of its payment is open or lost.

use super::fields::json_text;
use super::{Intent, Snapshot, Violations};
use serde_json::Value;

/// A dispute at Stripe.
#[derive(Debug, Clone, Default)]
pub struct Dispute {
    /// The id.
    pub id: String,
    /// The id of the disputed intent.
    pub intent: String,
    /// The status.
    pub status: String,
}

pub(super) fn check(snapshot: &Snapshot, violations: &mut Violations) {
    for order in &snapshot.orders {
        let (id, is_flagged) = (&order.id, order.is_flagged("disputed"));
        let open_or_lost =
            snapshot.disputes.iter().find(|it| order.intent.as_ref() == Some(&it.intent) && !it.is_won());
        match open_or_lost {
            Some(Dispute { id: dispute, status, .. }) if !is_flagged => {
                violations.add(3, format!("dispute {dispute} is {status}, but its order {id} is not flagged"));
            }
            None if is_flagged => {
                violations.add(3, format!("order {id} is flagged as disputed, but no dispute is open or lost"));
            }
            Some(_) | None => {}
        }
    }
}

impl Dispute {
    pub(super) fn of(dispute: &Value) -> Self {
        Self {
            id: json_text(dispute, "id"),
            intent: json_text(dispute, "payment_intent"),
            status: json_text(dispute, "status"),
        }
    }

    /// Returns whether it is closed in favour of the shop.
    pub(super) fn is_won(&self) -> bool {
        ["won", "warning_closed"].contains(&self.status.as_str())
    }
}

impl Snapshot {
    /// Returns the disputes of a payment, whatever their status.
    pub(super) fn disputes_of(&self, intent: &Intent) -> impl Iterator<Item = &Dispute> {
        self.disputes.iter().filter(|dispute| dispute.intent == intent.id)
    }
}
