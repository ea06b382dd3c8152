//! Invariant 11: each notification of an order is sent, once for each attempt at most, and none is missing.
//!
//! An attempt that has crashed, or whose response was lost, may have sent its mail, and the next one sends it again.

use super::fields::{id, integer, text};
use super::{Snapshot, StoredOrder, Violations};
use mongodb::bson::Document;
use std::collections::BTreeMap;

/// The kind of the notification about each status that an order can reach.
const KINDS: [(&str, &str); 4] = [
    ("processing", "order_paid"),
    ("shipped", "order_shipped"),
    ("delivered", "order_delivered"),
    ("cancelled", "order_cancelled"),
];

/// A notification, in an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredNotification {
    /// The id.
    pub id: String,
    /// The kind, such as `order_paid`.
    pub kind: String,
    /// The state.
    pub state: String,
    /// The number of attempts to send it.
    pub attempts: i64,
    /// The id of the refund that it is about; empty if there is none.
    pub refund: String,
}

impl StoredNotification {
    pub(super) fn of(notification: &Document) -> Self {
        Self {
            id: id(notification.get("id")),
            kind: text(notification.get("kind")),
            state: text(notification.get("state")),
            attempts: integer(notification.get("attempts")),
            refund: id(notification.get("refund")),
        }
    }
}

pub(super) fn check(snapshot: &Snapshot, violations: &mut Violations) {
    let Some(mails) = &snapshot.mails else { return };
    for order in &snapshot.orders {
        check_recorded(order, violations);
        for notification in &order.notifications {
            check_sent(&format!("order {}", order.id), notification, mails, violations);
        }
    }
}

/// Checks that what has happened to an order is recorded.
fn check_recorded(order: &StoredOrder, violations: &mut Violations) {
    let StoredOrder { id, history, refunds, notifications, total, .. } = order;
    let recorded = |kind: &str| notifications.iter().filter(|it| it.kind == kind).count();
    let mut expect = |kind: &str, count: usize| {
        if recorded(kind) != count {
            violations.add(11, format!("order {id} has {} notifications {kind} instead of {count}", recorded(kind)));
        }
    };
    expect("order_placed", 1);
    for (status, kind) in KINDS {
        let reached = history.iter().filter(|(reached, _)| reached == status).count();
        // A free order is paid when it is placed, and has no notification about that.
        let is_placed_with_it = status == "processing" && *total == 0;
        expect(kind, if is_placed_with_it { 0 } else { reached });
    }
    for refund in refunds.iter().filter(|refund| refund.status == "succeeded") {
        let about = notifications.iter().filter(|it| it.refund == refund.id).count();
        if about != 1 {
            violations.add(11, format!("order {id} has {about} notifications about the refund {}", refund.id));
        }
    }
    for kind in ["payment_failed", "order_claimed"] {
        if recorded(kind) > 1 {
            violations.add(11, format!("order {id} has several notifications {kind}"));
        }
    }
}

/// Checks that a notification has ended, and was not sent more often than it was tried.
pub(super) fn check_sent(
    subject: &str,
    notification: &StoredNotification,
    mails: &BTreeMap<String, i64>,
    violations: &mut Violations,
) {
    let StoredNotification { id, kind, state, attempts, .. } = notification;
    let sent = mails.get(id).copied().unwrap_or_default();
    let is_valid = match state.as_str() {
        "sent" => (1..=*attempts).contains(&sent),
        // It became obsolete, possibly after an attempt that has crashed.
        "suppressed" => sent < *attempts,
        _ => false,
    };
    if !is_valid {
        violations.add(11, format!("{kind} {id} of {subject} is {state} with {sent} mails in {attempts} attempts"));
    }
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, StoredNotification, StoredOrder, Violations, check};
    use crate::checker::StoredRefund;

    fn notification(id: &str, kind: &str) -> StoredNotification {
        let text = str::to_owned;
        StoredNotification { id: text(id), kind: text(kind), state: text("sent"), attempts: 1, refund: String::new() }
    }

    /// A paid order with a refund, whose mails are sent.
    fn snapshot() -> Snapshot {
        let status = |status: &str| (status.to_owned(), "system".to_owned());
        let refund = StoredRefund { id: "r".to_owned(), amount: 1, status: "succeeded".to_owned(), restocked: false };
        let about_refund = StoredNotification { refund: "r".to_owned(), ..notification("3", "order_refunded") };
        let order = StoredOrder {
            id: "a".to_owned(),
            total: 100,
            history: vec![status("pending"), status("processing")],
            refunds: vec![refund],
            notifications: vec![notification("1", "order_placed"), notification("2", "order_paid"), about_refund],
            ..StoredOrder::default()
        };
        let mails = ["1", "2", "3"].map(|id| (id.to_owned(), 1));
        Snapshot { orders: vec![order], mails: Some(mails.into()), ..Snapshot::default() }
    }

    fn violations(damage: impl FnOnce(&mut Snapshot)) -> usize {
        let (mut snapshot, mut violations) = (snapshot(), Violations::default());
        damage(&mut snapshot);
        check(&snapshot, &mut violations);
        violations.0.len()
    }

    fn mails(snapshot: &mut Snapshot, count: i64) {
        snapshot.mails.as_mut().unwrap().insert("1".to_owned(), count);
    }

    #[test]
    fn mails_of_a_consistent_snapshot_are_accepted() {
        assert_eq!(violations(|_| {}), 0);
        // A first attempt has crashed, before or after it has sent the mail.
        for count in [1, 2] {
            let crash = |snapshot: &mut Snapshot| {
                snapshot.orders[0].notifications[0].attempts = 2;
                mails(snapshot, count);
            };
            assert_eq!(violations(crash), 0);
        }
    }

    #[test]
    fn each_damage_is_reported() {
        let cases: [fn(&mut Snapshot); 7] = [
            |it| mails(it, 0),
            |it| mails(it, 2),
            |it| it.orders[0].notifications[0].state = "due".to_owned(),
            |it| it.orders[0].notifications[1].state = "sending".to_owned(),
            |it| drop(it.orders[0].notifications.remove(1)),
            |it| drop(it.orders[0].notifications.remove(2)),
            |it| it.orders[0].notifications.push(notification("1", "order_placed")),
        ];
        for (number, damage) in cases.into_iter().enumerate() {
            assert_eq!(violations(damage), 1, "case {number}");
        }
    }
}
