//! Invariant 3: the payments and refunds that the shop has stored agree with those at Stripe.

use super::{Intent, Snapshot, StoredOrder, Violations};

pub(super) fn check(snapshot: &Snapshot, violations: &mut Violations) {
    for intent in &snapshot.intents {
        let is_duplicate = |it: &&Intent| it.order.is_some() && it.order == intent.order && it.id > intent.id;
        if let Some(duplicate) = snapshot.intents.iter().find(is_duplicate) {
            let order = intent.order.as_deref().unwrap_or_default();
            violations.add(3, format!("order {order} has two intents, {} and {}", intent.id, duplicate.id));
        }
        if intent.status == "succeeded" {
            check_succeeded(snapshot, intent, violations);
        }
    }
    for order in &snapshot.orders {
        check_order(snapshot, order, violations);
    }
}

/// A succeeded intent has a paid order, or it is fully refunded.
fn check_succeeded(snapshot: &Snapshot, intent: &Intent, violations: &mut Violations) {
    let Intent { id, amount, .. } = intent;
    let Some(order) = snapshot.orders.iter().find(|order| order.intent.as_ref() == Some(id)) else {
        let created_for = intent.order.as_deref().unwrap_or("no order");
        return violations
            .add(3, format!("no order has the succeeded intent {id}, which was created for {created_for}"));
    };
    if !order.matches(intent) {
        check_mismatched(order, intent, violations);
    }
    let StoredOrder { id: order_id, status, payment, .. } = order;
    let refunded = refunded(snapshot, id);
    if status == "cancelled" {
        // A disputed payment cannot be refunded. After the dispute is won, the flag `refund_failed` remains for an
        // administrator.
        let is_disputed = snapshot.disputes_of(intent).any(|dispute| !dispute.is_won());
        let is_flagged = snapshot.disputes_of(intent).next().is_some() && order.is_flagged("refund_failed");
        if refunded > *amount || (refunded < *amount && !is_disputed && !is_flagged) {
            let detail = format!("{refunded} of {amount} of {id} are refunded, but its order {order_id} is cancelled");
            violations.add(3, detail);
        }
        if refunded == *amount && payment != "refunded" {
            violations.add(3, format!("{id} is fully refunded, but its order {order_id} is {payment}"));
        }
    } else if !order.is_paid() || status == "pending" {
        violations.add(3, format!("{id} has succeeded, but its order {order_id} is {status} and {payment}"));
    }
}

/// An order with a mismatched payment is cancelled and flagged, and was never processed.
fn check_mismatched(order: &StoredOrder, intent: &Intent, violations: &mut Violations) {
    let was_processed = order.history.iter().any(|(status, _)| status == "processing");
    if order.status != "cancelled" || was_processed || !order.is_flagged("amount_mismatch") {
        let StoredOrder { id, status, history, flags, total, currency, .. } = order;
        let Intent { amount, currency: paid_currency, .. } = intent;
        let detail = format!("{amount} {paid_currency} were paid for order {id}, whose total is {total} {currency}");
        violations.add(3, format!("{detail}; it is {status}, flagged {flags:?}: {history:?}"));
    }
}

fn check_order(snapshot: &Snapshot, order: &StoredOrder, violations: &mut Violations) {
    let StoredOrder { id, intent, refunded: stored, .. } = order;
    let at_stripe = intent.as_ref().map_or(0, |intent| refunded(snapshot, intent));
    // A free order has no intent.
    if intent.is_some() && at_stripe != *stored {
        violations.add(3, format!("order {id}: {stored} are refunded, but {at_stripe} at Stripe"));
    }
    if order.is_paid() && order.total > 0 && snapshot.payment_of(order).is_none() {
        violations.add(3, format!("order {id} is paid, but its intent {intent:?} has not succeeded"));
    }
    for refund in order.refunds.iter().filter(|refund| refund.status == "pending") {
        violations.add(3, format!("order {id}: the refund {} of {} is still pending", refund.id, refund.amount));
    }
}

fn refunded(snapshot: &Snapshot, intent: &str) -> i64 {
    snapshot.refunds.iter().filter(|refund| refund.intent == intent).map(|refund| refund.amount).sum()
}

impl Snapshot {
    /// Returns the succeeded intent of an order.
    pub(super) fn payment_of(&self, order: &StoredOrder) -> Option<&Intent> {
        self.intents.iter().find(|it| it.status == "succeeded" && order.intent.as_ref() == Some(&it.id))
    }
}

impl StoredOrder {
    /// Returns whether the intent has the amount and currency of the order.
    pub(super) fn matches(&self, intent: &Intent) -> bool {
        self.total == intent.amount && self.currency.eq_ignore_ascii_case(&intent.currency)
    }

    /// Returns whether the order has that flag.
    #[must_use]
    pub fn is_flagged(&self, flag: &str) -> bool {
        self.flags.iter().any(|it| it == flag)
    }
}
