//! Invariants 1 and 2: every piece is somewhere, and nothing is held for ever.

use super::{Hold, Snapshot, Violation, violated};
use std::collections::BTreeMap;

pub(super) fn check(now: &Snapshot, violations: &mut Vec<Violation>) {
    let mut in_stock: BTreeMap<&str, i64> = BTreeMap::new();
    let mut held: BTreeMap<&str, i64> = BTreeMap::new();
    for product in &now.products {
        for (sku, pieces) in &product.stock {
            *in_stock.entry(sku).or_default() += pieces;
        }
        for Hold { order, sku, quantity } in &product.holds {
            // What is held for an order that stands is in the order, and counts there.
            if !now.orders.iter().any(|it| it.id == *order) {
                *held.entry(sku).or_default() += quantity;
            }
            violated(violations, 2, format!("{quantity} of {sku} are still held for the order {order}"));
        }
    }
    for (sku, initial) in &now.initial {
        let of = |pieces: &BTreeMap<&str, i64>| pieces.get(sku.as_str()).copied().unwrap_or_default();
        let (stock, held) = (of(&in_stock), of(&held));
        let standing = now.orders.iter().filter(|order| order.status != "cancelled");
        let sold: i64 = standing.clone().map(|order| order.pieces_of(sku)).sum();
        let restocked: i64 = standing.map(|order| order.restocked.get(sku).copied().unwrap_or_default()).sum();
        if initial + restocked != stock + sold + held {
            let detail = format!(
                "of {sku} there were {initial}, and {restocked} were restocked; now {stock} are in stock, {sold} in orders \
                 that are not cancelled, and {held} held: {} too many",
                stock + sold + held - initial - restocked
            );
            violated(violations, 1, detail);
        }
        if stock < 0 {
            violated(violations, 1, format!("{stock} of {sku} are in stock"));
        }
    }
}
