//! Invariant 8: whatever Stripe was told is done, is done.

use super::{Event, OrderNow, Snapshot, Violation, violated};
use std::collections::BTreeSet;

/// What the shop gives an effect. The other kinds are acknowledged, and that is all.
const OURS: [&str; 7] = [
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.processing",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.closed",
];

pub(super) fn check(now: &Snapshot, violations: &mut Vec<Violation>) {
    let acknowledged = now.deliveries.iter().filter(|delivery| delivery.acknowledged);
    let acknowledged: BTreeSet<&str> = acknowledged.map(|delivery| delivery.event.as_str()).collect();
    for event in now.events.iter().filter(|event| acknowledged.contains(event.id.as_str())) {
        check_effect(now, event, violations);
    }
}

fn check_effect(now: &Snapshot, event: &Event, violations: &mut Vec<Violation>) {
    let Event { id, kind, order } = event;
    let (Some(order), true) = (order, OURS.contains(&kind.as_str())) else { return };
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
        "payment_intent.succeeded" => order.is_paid() || order.is_flagged("amount_mismatch"),
        "payment_intent.canceled" => order.status == "cancelled" || order.is_paid(),
        // Invariant 3 looks at what they are about.
        kind if kind.starts_with("charge.") => true,
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
