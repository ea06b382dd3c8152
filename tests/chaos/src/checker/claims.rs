//! Invariant 7 for claims: an order belongs to the one account whose claim has succeeded. Invariant 11: its guest is notified.

use super::{Snapshot, StoredOrder, Violations};
use crate::history::{Entry, Operation, Outcome};

/// Returns the snapshot with the idempotency keys that claimed orders have lost, as the history has them.
pub(super) fn with_keys(snapshot: &Snapshot, history: &[Entry]) -> Snapshot {
    let mut snapshot = snapshot.clone();
    for order in snapshot.orders.iter_mut().filter(|order| order.is_claimed) {
        let is_of = |entry: &&Entry| entry.outcome.ok().is_some_and(|placed| placed["id"] == order.id.as_str());
        let mut placed = history.iter().filter(|entry| entry.key().is_some());
        order.key = placed.find(is_of).and_then(Entry::key).map(str::to_owned);
    }
    snapshot
}

pub(super) fn check(snapshot: &Snapshot, history: &[Entry], violations: &mut Violations) {
    let claims = || history.iter().filter_map(|entry| Some((entry, claimed(entry)?)));
    for (Entry { client, outcome, .. }, id) in claims() {
        let Some(response) = outcome.ok() else { continue };
        let Some(order) = snapshot.orders.iter().find(|order| order.id == *id) else {
            violations.add(7, format!("{client} has claimed order {id}, which does not exist"));
            continue;
        };
        if response["user_id"] != order.user.as_str() {
            violations
                .add(7, format!("{client} has claimed order {id}, which belongs to the account '{}'", order.user));
        }
        check_notified(snapshot, order, violations);
    }
    let may_have_succeeded = |(entry, _): &(&Entry, _)| !matches!(entry.outcome, Outcome::Rejected { .. });
    for StoredOrder { id, .. } in snapshot.orders.iter().filter(|order| order.is_claimed) {
        if !claims().filter(may_have_succeeded).any(|(_, claimed)| claimed == id) {
            violations.add(7, format!("no client has claimed order {id}"));
        }
    }
}

fn check_notified(
    snapshot: &Snapshot,
    StoredOrder { id, notifications, .. }: &StoredOrder,
    violations: &mut Violations,
) {
    let is_notified = notifications.iter().any(|it| it.kind == "order_claimed");
    if snapshot.mails.is_some() && !is_notified {
        violations.add(11, format!("the guest of order {id} is not notified of the claim"));
    }
}

/// Returns the id of the order that an entry is a claim of.
const fn claimed(entry: &Entry) -> Option<&String> {
    if let Operation::Claim { order } = &entry.operation { Some(order) } else { None }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Operation, Outcome, Snapshot, StoredOrder, Violations, check, with_keys};
    use crate::checker::StoredNotification;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;
    use std::time::Duration;

    fn entry(operation: Operation, outcome: Outcome) -> Entry {
        Entry { at: Duration::ZERO, client: "ada".to_owned(), operation, outcome }
    }

    fn claim(outcome: Outcome) -> Entry {
        entry(Operation::Claim { order: "a".to_owned() }, outcome)
    }

    fn succeeded(user: &str) -> Outcome {
        Outcome::Ok(json!({ "id": "a", "user_id": user }))
    }

    /// A shop with one order, which Ada has claimed.
    fn snapshot() -> Snapshot {
        let claimed = StoredNotification { kind: "order_claimed".to_owned(), ..StoredNotification::default() };
        let order = StoredOrder {
            id: "a".to_owned(),
            user: "ada".to_owned(),
            is_claimed: true,
            notifications: vec![claimed],
            ..StoredOrder::default()
        };
        Snapshot { orders: vec![order], mails: Some(BTreeMap::new()), ..Snapshot::default() }
    }

    fn violations(snapshot: &Snapshot, history: &[Entry]) -> usize {
        let mut violations = Violations::default();
        check(snapshot, history, &mut violations);
        violations.0.len()
    }

    #[test]
    fn an_order_belongs_to_the_account_that_has_claimed_it() {
        let rejected = || claim(Outcome::Rejected { status: 404, problem: Value::Null });
        let unknown = || claim(Outcome::Unknown(String::new()));
        assert_eq!(violations(&snapshot(), &[claim(succeeded("ada")), rejected()]), 0);
        assert_eq!(violations(&snapshot(), &[unknown()]), 0);
        assert_eq!(violations(&snapshot(), &[claim(succeeded("ada")), claim(succeeded("bob"))]), 1);
        assert_eq!(violations(&snapshot(), &[rejected()]), 1);
        assert_eq!(violations(&Snapshot::default(), &[claim(succeeded("ada"))]), 1);
        let mut silent = snapshot();
        silent.orders[0].notifications.clear();
        assert_eq!(violations(&silent, &[claim(succeeded("ada"))]), 1);
    }

    #[test]
    fn a_claimed_order_keeps_the_key_of_its_checkout() {
        let operation = Operation::PlaceOrder { key: "guest-1".to_owned(), lines: BTreeMap::new() };
        let history = [entry(operation, Outcome::Ok(json!({ "id": "a" }))), claim(succeeded("ada"))];
        assert_eq!(with_keys(&snapshot(), &history).orders[0].key.as_deref(), Some("guest-1"));
        assert_eq!(with_keys(&snapshot(), &[]).orders[0].key, None);
    }
}
