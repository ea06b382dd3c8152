//! Invariant 9, liveness: with all faults healed, every order reaches a final state, and no payment is lost.
//!
//! - An order is pending after its reservation time only while its payment is under way, which the order shows.
//! - An order whose payment has succeeded, or is under way, is cancelled only on request.

use super::{Intent, Snapshot, StoredOrder, Violations};
use crate::history::{Entry, Operation, Outcome};

pub(super) fn check(snapshot: &Snapshot, history: &[Entry], violations: &mut Violations) {
    for order in &snapshot.orders {
        let intent = snapshot.intents.iter().find(|intent| order.intent.as_ref() == Some(&intent.id));
        match order.status.as_str() {
            "pending" => check_pending(snapshot, order, intent, violations),
            "cancelled" => check_cancelled(order, intent, history, violations),
            _ => {}
        }
    }
}

fn check_pending(snapshot: &Snapshot, order: &StoredOrder, intent: Option<&Intent>, violations: &mut Violations) {
    let StoredOrder { id, payment, expires_at, .. } = order;
    let is_under_way = intent.is_some_and(|intent| intent.status == "processing");
    if is_under_way && payment != "processing" {
        violations.add(9, format!("the payment of order {id} is under way, but the order is {payment}"));
    }
    if *expires_at <= snapshot.taken_at && !is_under_way {
        let status = intent.map_or("absent", |intent| intent.status.as_str());
        violations.add(9, format!("order {id} is pending after its reservation time; its intent is {status}"));
    }
}

fn check_cancelled(order: &StoredOrder, intent: Option<&Intent>, history: &[Entry], violations: &mut Violations) {
    let Some(Intent { id: intent, status, .. }) =
        intent.filter(|intent| ["succeeded", "processing"].contains(&intent.status.as_str()) && order.matches(intent))
    else {
        return;
    };
    if !history.iter().any(|entry| entry.requests_cancellation(&order.id)) {
        let StoredOrder { id, history, .. } = order;
        violations.add(9, format!("order {id} is cancelled without a request, but {intent} is {status}: {history:?}"));
    }
}

impl Entry {
    /// Returns whether a client has asked to cancel the order, and was not rejected.
    fn requests_cancellation(&self, id: &str) -> bool {
        let is_request = match &self.operation {
            Operation::Cancel { order } => order == id,
            Operation::Transition { order, status } => order == id && status == "cancelled",
            _ => false,
        };
        is_request && !matches!(self.outcome, Outcome::Rejected { .. })
    }
}
