//! Invariants 1 and 2: no stock is lost or created, and no hold remains after recovery.

use super::{Hold, Snapshot, Violations};
use std::collections::BTreeMap;

pub(super) fn check(snapshot: &Snapshot, violations: &mut Violations) {
    let mut in_stock: BTreeMap<&str, i64> = BTreeMap::new();
    let mut on_hold: BTreeMap<&str, i64> = BTreeMap::new();
    for product in &snapshot.products {
        for (sku, quantity) in &product.stock {
            *in_stock.entry(sku).or_default() += quantity;
        }
        for Hold { order, sku, quantity } in &product.holds {
            // The quantity of a placed order counts as in the order, even if its hold still exists.
            if !snapshot.orders.iter().any(|it| it.id == *order) {
                *on_hold.entry(sku).or_default() += quantity;
            }
            violations.add(2, format!("{quantity} of {sku} are still on hold for order {order}"));
        }
    }
    for (sku, initial) in &snapshot.initial_stock {
        let of = |quantities: &BTreeMap<&str, i64>| quantities.get(sku.as_str()).copied().unwrap_or_default();
        let (stock, held) = (of(&in_stock), of(&on_hold));
        let valid = snapshot.orders.iter().filter(|order| order.status != "cancelled");
        let sold: i64 = valid.clone().map(|order| order.quantity_of(sku)).sum();
        let restocked: i64 = valid.map(|order| order.restocked.get(sku).copied().unwrap_or_default()).sum();
        let surplus = stock + sold + held - initial - restocked;
        if surplus != 0 {
            let detail = format!(
                "{sku}: initial {initial} + restocked {restocked} differs from in stock {stock} + in orders that are \
                 not cancelled {sold} + on hold {held}: {surplus} too many"
            );
            violations.add(1, detail);
        }
        if stock < 0 {
            violations.add(1, format!("{sku}: the stock is {stock}"));
        }
    }
}
