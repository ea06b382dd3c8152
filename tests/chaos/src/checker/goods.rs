//! Invariant 5, of goods: they come back with a refund when an administrator took them back, and
//! once. That they are in stock then is invariant 1.

use super::{OrderNow, Snapshot, Violation, violated};
use crate::history::{Deed, Entry, Outcome};

pub(super) fn check(now: &Snapshot, history: &[Entry], violations: &mut Vec<Violation>) {
    for order in &now.orders {
        let OrderNow { id, is_restocked, restocked, .. } = order;
        if *is_restocked == restocked.is_empty() {
            violated(violations, 5, format!("the order {id} and its refunds disagree on whether goods came back"));
        }
        for (sku, pieces) in restocked {
            let bought = order.pieces_of(sku);
            if *pieces > bought {
                violated(
                    violations,
                    5,
                    format!("of the order {id} {pieces} of {sku} came back, and {bought} were bought"),
                );
            }
        }
        let wishes = || history.iter().filter(|entry| entry.is_taking_back(id));
        if *is_restocked && !wishes().any(|wish| !matches!(wish.outcome, Outcome::Refused { .. })) {
            violated(violations, 5, format!("the goods of the order {id} came back, and nobody took them back"));
        }
        for told in wishes().filter_map(|wish| wish.outcome.ok()) {
            let failed = |refund: &str| order.refunds.iter().any(|it| it.id == refund && it.status == "failed");
            let is_over = order.status == "cancelled" || told["id"].as_str().is_some_and(failed);
            if !*is_restocked && !is_over {
                violated(
                    violations,
                    5,
                    format!("the goods of the order {id} were taken back, and did not come back: {told}"),
                );
            }
        }
    }
}

impl Entry {
    /// Whether it is a try to take the goods of that order back.
    fn is_taking_back(&self, of: &str) -> bool {
        matches!(&self.deed, Deed::Refund { order, restock: true, .. } if order == of)
    }
}
