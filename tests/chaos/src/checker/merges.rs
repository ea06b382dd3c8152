//! Invariant 4 for merged carts: what was in both carts is bought once.

use super::{Snapshot, StoredOrder, Violations};
use crate::history::{Entry, Operation};
use std::collections::BTreeMap;

pub(super) fn check(snapshot: &Snapshot, history: &[Entry], violations: &mut Violations) {
    for Entry { client, operation, .. } in history {
        let Operation::Merge { lines, keys } = operation else { continue };
        for (sku, quantity) in bought(snapshot, keys) {
            let added = lines.get(sku).copied().unwrap_or_default();
            if quantity > added {
                let detail =
                    format!("{client} merged carts with {added} {sku}, of which {quantity} were bought: {keys:?}");
                violations.add(4, detail);
            }
        }
    }
}

/// Returns the quantities by SKU of the orders with these keys. The lines of a cancelled order may be bought again.
fn bought<'a>(snapshot: &'a Snapshot, keys: &[String; 2]) -> BTreeMap<&'a str, i64> {
    let of_merge = |order: &&StoredOrder| order.key.as_ref().is_some_and(|key| keys.contains(key));
    let was_cancelled = |order: &&StoredOrder| order.history.iter().any(|(status, _)| status == "cancelled");
    let orders = snapshot.orders.iter().filter(of_merge).filter(|order| !was_cancelled(order));
    let mut bought = BTreeMap::new();
    for line in orders.flat_map(|order| &order.lines) {
        *bought.entry(line.sku.as_str()).or_default() += line.quantity;
    }
    bought
}

#[cfg(test)]
mod tests {
    use super::{Entry, Operation, Snapshot, StoredOrder, Violations, check};
    use crate::checker::Line;
    use crate::history::Outcome;
    use serde_json::Value;
    use std::time::Duration;

    #[test]
    fn lines_of_merged_carts_are_bought_once() {
        let order = |key: &str, quantity| StoredOrder {
            key: Some(key.to_owned()),
            lines: vec![Line { sku: "TEE".to_owned(), quantity, price: 1 }],
            ..StoredOrder::default()
        };
        let (lines, keys) = ([("TEE".to_owned(), 3)].into(), ["guest".to_owned(), "ada".to_owned()]);
        let (operation, outcome) = (Operation::Merge { lines, keys }, Outcome::Ok(Value::Null));
        let history = [Entry { at: Duration::ZERO, client: "ada".to_owned(), operation, outcome }];
        let violations = |orders| {
            let mut violations = Violations::default();
            check(&Snapshot { orders, ..Snapshot::default() }, &history, &mut violations);
            violations.0.len()
        };
        assert_eq!(violations(vec![order("guest", 1), order("ada", 2), order("bob", 9)]), 0);
        assert_eq!(violations(vec![order("guest", 1), order("ada", 3)]), 1);
        let cancelled = [("cancelled".to_owned(), "system".to_owned())];
        assert_eq!(
            violations(vec![StoredOrder { history: cancelled.into(), ..order("guest", 1) }, order("ada", 3)]),
            0
        );
    }
}
