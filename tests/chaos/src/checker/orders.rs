//! Invariants 4, 5 and 6: what each order says by itself, and beside the others.

use super::{OrderNow, Snapshot, Violation, violated};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Every step of an order's life, and who may take it.
const STEPS: [(&str, &str, &[&str]); 7] = [
    ("", "pending", &["customer"]),
    ("pending", "processing", &["stripe", "system"]),
    ("pending", "cancelled", &["customer", "admin", "stripe", "system"]),
    ("processing", "shipped", &["admin"]),
    ("processing", "cancelled", &["admin", "system", "stripe"]),
    ("shipped", "delivered", &["admin"]),
    // Money that came after all.
    ("cancelled", "processing", &["stripe", "system"]),
];

pub(super) fn check(now: &Snapshot, violations: &mut Vec<Violation>) {
    for order in &now.orders {
        check_amounts(now, order, violations);
        check_path(order, violations);
    }
    let orders = || now.orders.iter();
    let keys = orders().filter_map(|order| Some(((order.user.as_str(), order.key.as_deref()?), order)));
    at_most_one("key", keys, violations);
    at_most_one("purchase of a cart", orders().map(|order| (&order.cart, order)), violations);
    at_most_one("intent", orders().filter_map(|order| Some((order.intent.as_deref()?, order))), violations);
    at_most_one("order number", orders().map(|order| (&order.number, order)), violations);
}

fn check_amounts(now: &Snapshot, order: &OrderNow, violations: &mut Vec<Violation>) {
    let OrderNow { id, total, refunded, lines, .. } = order;
    let sum: i64 = lines.iter().map(|line| line.quantity * line.price).sum();
    if sum != *total || lines.is_empty() {
        violated(violations, 5, format!("the order {id} costs {total}, and its lines {sum}"));
    }
    let paid = now.payment_of(order).map_or(*total, |intent| intent.amount);
    if *refunded > paid {
        violated(violations, 5, format!("of the order {id} {refunded} were refunded, and {paid} paid"));
    }
    let succeeded = order.refunds.iter().filter(|refund| refund.status == "succeeded");
    let went_back: i64 = succeeded.map(|refund| refund.amount).sum();
    if went_back != *refunded {
        violated(violations, 5, format!("of the order {id} {refunded} were refunded, and its refunds are {went_back}"));
    }
}

fn check_path(order: &OrderNow, violations: &mut Vec<Violation>) {
    let mut before = "";
    for (status, by) in &order.history {
        let legal =
            |(from, to, whom): &(&str, &str, &[&str])| *from == before && to == status && whom.contains(&by.as_str());
        if !STEPS.iter().any(legal) {
            let (id, path) = (&order.id, &order.history);
            violated(violations, 6, format!("the order {id} went from '{before}' to '{status}' by {by}: {path:?}"));
        }
        before = status;
    }
    if before != order.status {
        let (id, status) = (&order.id, &order.status);
        violated(violations, 6, format!("the order {id} is {status}, and its history ends with '{before}'"));
    }
}

fn at_most_one<'a, K: Ord + Debug>(
    what: &str,
    orders: impl Iterator<Item = (K, &'a OrderNow)>,
    violations: &mut Vec<Violation>,
) {
    let mut by_key: BTreeMap<K, Vec<&str>> = BTreeMap::new();
    for (key, order) in orders {
        by_key.entry(key).or_default().push(&order.id);
    }
    for (key, orders) in by_key.iter().filter(|(_, orders)| orders.len() > 1) {
        violated(violations, 4, format!("one {what}, {key:?}, has the orders {orders:?}"));
    }
}

impl OrderNow {
    /// How many pieces of a SKU were bought.
    #[must_use]
    pub fn pieces_of(&self, sku: &str) -> i64 {
        self.lines.iter().filter(|line| line.sku == sku).map(|line| line.quantity).sum()
    }

    /// Whether money came for it, wherever it is now.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        ["succeeded", "refunded", "partially_refunded"].contains(&self.payment.as_str())
    }
}
