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
    let Intent { id, amount, currency, .. } = intent;
    let Some(order) = now.orders.iter().find(|order| order.intent.as_ref() == Some(id)) else {
        let made_for = intent.order.as_deref().unwrap_or("nothing");
        return violated(violations, 3, format!("{id} was paid and is no order's; it was made for {made_for}"));
    };
    let refunded = refunded(now, id);
    if order.status == "cancelled" {
        if refunded != *amount || order.payment != "refunded" {
            let detail = format!("{id} was paid with {amount} for the order {}, which is cancelled", order.id);
            violated(violations, 3, format!("{detail}; {refunded} went back, and it calls itself {}", order.payment));
        }
    } else if !order.is_paid() || order.status == "pending" {
        let (status, payment) = (&order.status, &order.payment);
        violated(violations, 3, format!("{id} was paid, and its order {} is {status} and {payment}", order.id));
    }
    if order.total != *amount || !order.currency.eq_ignore_ascii_case(currency) {
        let price = format!("{} {}", order.total, order.currency);
        violated(
            violations,
            3,
            format!("{id} was paid with {amount} {currency}, and its order {} costs {price}", order.id),
        );
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
    let paid_at_stripe = |intent: &String| now.intents.iter().any(|it| it.id == *intent && it.status == "succeeded");
    if order.is_paid() && order.total > 0 && !order.intent.as_ref().is_some_and(paid_at_stripe) {
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
