//! Invariant 8: every event that the shop has acknowledged with a 2xx is recorded and has taken effect.

use super::{Event, Snapshot, StoredOrder, Violations};
use std::collections::BTreeSet;

/// The event types that have an effect. The shop acknowledges and ignores all others.
const RELEVANT_TYPES: [&str; 7] = [
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.processing",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.closed",
];

pub(super) fn check(snapshot: &Snapshot, violations: &mut Violations) {
    let acknowledged = snapshot.deliveries.iter().filter(|delivery| delivery.acknowledged);
    let acknowledged: BTreeSet<&str> = acknowledged.map(|delivery| delivery.event.as_str()).collect();
    for event in snapshot.events.iter().filter(|event| acknowledged.contains(event.id.as_str())) {
        check_effect(snapshot, event, violations);
    }
}

fn check_effect(snapshot: &Snapshot, event: &Event, violations: &mut Violations) {
    let Event { id, kind, order } = event;
    let (Some(order), true) = (order, RELEVANT_TYPES.contains(&kind.as_str())) else { return };
    if !snapshot.recorded_events.contains(id) {
        violations.add(8, format!("event {id} ({kind}) is acknowledged but not recorded"));
    }
    let Some(order) = snapshot.orders.iter().find(|it| it.id == *order) else {
        return violations.add(8, format!("order {order} of event {id} ({kind}) does not exist"));
    };
    let had_effect = match kind.as_str() {
        "payment_intent.succeeded" => order.is_paid() || order.is_flagged("amount_mismatch"),
        "payment_intent.canceled" => order.status == "cancelled" || order.is_paid(),
        // Invariant 3 verifies refunds and disputes.
        kind if kind.starts_with("charge.") => true,
        // A later event may have replaced the status that this one has set.
        _ => order.payment != "requires_payment",
    };
    if !had_effect {
        let StoredOrder { id: order, status, payment, .. } = order;
        violations.add(8, format!("event {id} ({kind}) is acknowledged, but order {order} is {status} and {payment}"));
    }
}
