//! Invariant 5, restocking: a refund restocks an order only on an administrator's request, and at most once. Invariant
//! 1 verifies that the quantities are in stock.

use super::{Snapshot, StoredOrder, Violations};
use crate::history::{Entry, Operation, Outcome};

pub(super) fn check(snapshot: &Snapshot, history: &[Entry], violations: &mut Violations) {
    for order in &snapshot.orders {
        let StoredOrder { id, is_restocked, restocked, .. } = order;
        if *is_restocked == restocked.is_empty() {
            violations.add(5, format!("order {id} and its refunds differ on whether it is restocked"));
        }
        for (sku, quantity) in restocked {
            let bought = order.quantity_of(sku);
            if *quantity > bought {
                violations.add(5, format!("order {id} restocked {quantity} of {sku}, but has {bought}"));
            }
        }
        let requests = || history.iter().filter(|entry| entry.requests_restock(id));
        if *is_restocked && !requests().any(|request| !matches!(request.outcome, Outcome::Rejected { .. })) {
            violations.add(5, format!("order {id} is restocked without a request"));
        }
        for refund in requests().filter_map(|request| request.outcome.ok()) {
            let has_failed = |refund: &str| order.refunds.iter().any(|it| it.id == refund && it.status == "failed");
            let may_be_unstocked = order.status == "cancelled" || refund["id"].as_str().is_some_and(has_failed);
            if !*is_restocked && !may_be_unstocked {
                violations.add(5, format!("order {id} is not restocked, but a client received {refund}"));
            }
        }
    }
}

impl Entry {
    /// Returns whether it is a refund of that order with restocking.
    fn requests_restock(&self, id: &str) -> bool {
        matches!(&self.operation, Operation::Refund { order, restock: true, .. } if order == id)
    }
}
