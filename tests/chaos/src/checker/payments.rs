//! Invariant 3: Stripe's books and the shop's say the same.

use super::{Intent, OrderNow, Snapshot, Violation, violated};

pub(super) fn check(now: &Snapshot, violations: &mut Vec<Violation>) {
    for intent in &now.intents {
        let is_twin = |it: &&Intent| it.order.is_some() && it.order == intent.order && it.id > intent.id;
        if let Some(twin) = now.intents.iter().find(is_twin) {
            let order = intent.order.as_deref().unwrap_or_default();
            violated(violations, 3, format!("the order {order} has two intents, {} and {}", intent.id, twin.id));
        }
        if intent.status == "succeeded" {
            check_paid(now, intent, violations);
        }
    }
    for order in &now.orders {
        check_order(now, order, violations);
    }
}

/// A paid intent has its order, or the money went back.
fn check_paid(now: &Snapshot, intent: &Intent, violations: &mut Vec<Violation>) {
    let Intent { id, amount, .. } = intent;
    let Some(order) = now.orders.iter().find(|order| order.intent.as_ref() == Some(id)) else {
        let made_for = intent.order.as_deref().unwrap_or("nothing");
        return violated(violations, 3, format!("{id} was paid and is no order's; it was made for {made_for}"));
    };
    if !order.is_price(intent) {
        check_other_sum(order, intent, violations);
    }
    let back = refunded(now, id);
    if order.status == "cancelled" {
        // What a bank takes back cannot be refunded; when it gives up, somebody has to look at it.
        let is_disputed = now.disputes_of(intent).any(|dispute| !dispute.is_won());
        let is_known = now.disputes_of(intent).next().is_some() && order.is_flagged("refund_failed");
        if back > *amount || (back < *amount && !is_disputed && !is_known) {
            let detail = format!("{id} was paid with {amount} for the order {}, which is cancelled", order.id);
            violated(violations, 3, format!("{detail}; {back} went back"));
        }
        if back == *amount && order.payment != "refunded" {
            violated(violations, 3, format!("all of {id} went back, and its order {} is {}", order.id, order.payment));
        }
    } else if !order.is_paid() || order.status == "pending" {
        let (status, payment) = (&order.status, &order.payment);
        violated(violations, 3, format!("{id} was paid, and its order {} is {status} and {payment}", order.id));
    }
}

/// Money that is not the price is no payment: nothing is packed for it, and somebody hears of it.
fn check_other_sum(order: &OrderNow, intent: &Intent, violations: &mut Vec<Violation>) {
    let (paid, price) =
        (format!("{} {}", intent.amount, intent.currency), format!("{} {}", order.total, order.currency));
    let was_sold = order.history.iter().any(|(status, _)| status == "processing");
    if order.status != "cancelled" || was_sold || !order.is_flagged("amount_mismatch") {
        let (id, status, path) = (&order.id, &order.status, &order.history);
        let detail = format!("{paid} were paid for the order {id}, which costs {price}, and it is {status}");
        violated(violations, 3, format!("{detail}, flagged {:?}: {path:?}", order.flags));
    }
}

fn check_order(now: &Snapshot, order: &OrderNow, violations: &mut Vec<Violation>) {
    let id = &order.id;
    let sent_back = order.intent.as_ref().map_or(0, |intent| refunded(now, intent));
    // What was given away for nothing has no intent.
    if order.intent.is_some() && sent_back != order.refunded {
        violated(
            violations,
            3,
            format!("the order {id} says that {} went back; at Stripe it were {sent_back}", order.refunded),
        );
    }
    if order.is_paid() && order.total > 0 && now.payment_of(order).is_none() {
        violated(violations, 3, format!("the order {id} is paid, and its intent {:?} is not", order.intent));
    }
    for refund in order.refunds.iter().filter(|refund| refund.status == "pending") {
        violated(
            violations,
            3,
            format!("{} of the order {id} are still owed, by the refund {}", refund.amount, refund.id),
        );
    }
}

fn refunded(now: &Snapshot, intent: &str) -> i64 {
    now.refunds.iter().filter(|refund| refund.intent == intent).map(|refund| refund.amount).sum()
}

impl Snapshot {
    /// The intent with which an order was paid, if it was.
    pub(super) fn payment_of(&self, order: &OrderNow) -> Option<&Intent> {
        self.intents.iter().find(|it| it.status == "succeeded" && order.intent.as_ref() == Some(&it.id))
    }
}

impl OrderNow {
    /// Whether an intent asks for exactly what the order costs.
    pub(super) fn is_price(&self, intent: &Intent) -> bool {
        self.total == intent.amount && self.currency.eq_ignore_ascii_case(&intent.currency)
    }

    /// Whether somebody is told to look at it, for that reason.
    #[must_use]
    pub fn is_flagged(&self, flag: &str) -> bool {
        self.flags.iter().any(|it| it == flag)
    }
}
