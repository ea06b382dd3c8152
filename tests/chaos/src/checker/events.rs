//! Invariant 8: whatever Stripe was told is done, is done.

use super::{Event, OrderNow, Snapshot, Violation, violated};
use std::collections::BTreeSet;

pub(super) fn check(now: &Snapshot, violations: &mut Vec<Violation>) {
    let acknowledged = now.deliveries.iter().filter(|delivery| delivery.acknowledged);
    let acknowledged: BTreeSet<&str> = acknowledged.map(|delivery| delivery.event.as_str()).collect();
    for event in now.events.iter().filter(|event| acknowledged.contains(event.id.as_str())) {
        check_effect(now, event, violations);
    }
}

fn check_effect(now: &Snapshot, event: &Event, violations: &mut Vec<Violation>) {
    let Event { id, kind, order } = event;
    // What the shop has nothing to do with is acknowledged, and that is all.
    let is_ours =
        ["succeeded", "payment_failed", "canceled", "processing"].map(|what| format!("payment_intent.{what}"));
    let (Some(order), true) = (order, is_ours.contains(kind)) else { return };
    if !now.recorded.contains(id) {
        violated(violations, 8, format!("the event {id} ({kind}) was acknowledged and not recorded"));
    }
    let Some(order) = now.orders.iter().find(|it| it.id == *order) else {
        return violated(
            violations,
            8,
            format!("the event {id} ({kind}) is about the order {order}, which is not here"),
        );
    };
    let had_effect = match kind.as_str() {
        "payment_intent.succeeded" => order.is_paid(),
        "payment_intent.canceled" => order.status == "cancelled" || order.is_paid(),
        // Whatever came after it may have covered it.
        _ => order.payment != "requires_payment",
    };
    if !had_effect {
        let OrderNow { id: order, status, payment, .. } = order;
        let detail =
            format!("the event {id} ({kind}) was acknowledged, and its order {order} is {status} and {payment}");
        violated(violations, 8, detail);
    }
}
