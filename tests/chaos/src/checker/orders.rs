//! Invariants 4, 5 and 6: orders are unique, their amounts are consistent, and their histories are legal.

use super::{Snapshot, StoredOrder, Violations};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The legal transitions, each with the actors that may cause it. An order begins with the transition from "".
const TRANSITIONS: [(&str, &str, &[&str]); 7] = [
    ("", "pending", &["customer"]),
    ("pending", "processing", &["stripe", "system"]),
    ("pending", "cancelled", &["customer", "admin", "stripe", "system"]),
    ("processing", "shipped", &["admin"]),
    ("processing", "cancelled", &["admin", "system", "stripe"]),
    ("shipped", "delivered", &["admin"]),
    // A late payment.
    ("cancelled", "processing", &["stripe", "system"]),
];

pub(super) fn check(snapshot: &Snapshot, violations: &mut Violations) {
    for order in &snapshot.orders {
        check_amounts(snapshot, order, violations);
        check_history(order, violations);
    }
    let orders = || snapshot.orders.iter();
    let keys = orders().filter_map(|order| Some(((order.user.as_str(), order.key.as_deref()?), order)));
    check_unique("idempotency key", keys, violations);
    check_unique("purchase of a cart", orders().map(|order| (&order.purchase, order)), violations);
    check_unique("intent", orders().filter_map(|order| Some((order.intent.as_deref()?, order))), violations);
    check_unique("order number", orders().map(|order| (&order.number, order)), violations);
}

fn check_amounts(snapshot: &Snapshot, order: &StoredOrder, violations: &mut Violations) {
    let StoredOrder { id, total, refunded, lines, .. } = order;
    let sum: i64 = lines.iter().map(|line| line.quantity * line.price).sum();
    if sum != *total || lines.is_empty() {
        violations.add(5, format!("order {id}: the total is {total}, the sum of the lines {sum}"));
    }
    let paid = snapshot.payment_of(order).map_or(*total, |intent| intent.amount);
    if *refunded > paid {
        violations.add(5, format!("order {id}: {refunded} are refunded, but only {paid} paid"));
    }
    let succeeded = order.refunds.iter().filter(|refund| refund.status == "succeeded");
    let sum: i64 = succeeded.map(|refund| refund.amount).sum();
    if sum != *refunded {
        violations.add(5, format!("order {id}: {refunded} are refunded, the sum of its refunds is {sum}"));
    }
}

fn check_history(order: &StoredOrder, violations: &mut Violations) {
    let StoredOrder { id, status: last, history, .. } = order;
    let mut before = "";
    for (status, actor) in history {
        let is_legal = |(from, to, actors): &(&str, &str, &[&str])| {
            *from == before && to == status && actors.contains(&actor.as_str())
        };
        if !TRANSITIONS.iter().any(is_legal) {
            let detail =
                format!("order {id}: illegal transition from '{before}' to '{status}' by {actor}: {history:?}");
            violations.add(6, detail);
        }
        before = status;
    }
    if before != last {
        violations.add(6, format!("order {id}: the status is {last}, but the history ends with '{before}'"));
    }
}

fn check_unique<'a, K: Ord + Debug>(
    what: &str,
    orders: impl Iterator<Item = (K, &'a StoredOrder)>,
    violations: &mut Violations,
) {
    let mut by_key: BTreeMap<K, Vec<&str>> = BTreeMap::new();
    for (key, order) in orders {
        by_key.entry(key).or_default().push(&order.id);
    }
    for (key, orders) in by_key.iter().filter(|(_, orders)| orders.len() > 1) {
        violations.add(4, format!("the {what} {key:?} has several orders: {orders:?}"));
    }
}

impl StoredOrder {
    /// Returns the bought quantity of a SKU.
    #[must_use]
    pub fn quantity_of(&self, sku: &str) -> i64 {
        self.lines.iter().filter(|line| line.sku == sku).map(|line| line.quantity).sum()
    }

    /// Returns whether a payment succeeded, refunded or not.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        ["succeeded", "refunded", "partially_refunded"].contains(&self.payment.as_str())
    }
}
