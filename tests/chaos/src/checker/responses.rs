//! Invariant 7: the responses that clients observed agree with the database.
//!
//! - Every order that a client received exists, with the received number, total, items, intent and history so far.
//! - All responses to one idempotency key name the same order or refund.
//! - A checkout that was only rejected has no order; every order was requested by a client.

use super::{Snapshot, StoredOrder, Violations};
use crate::history::{Entry, Operation, Outcome};
use ferrocart::domain::money::{Currency, Money};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The checkouts with one idempotency key.
#[derive(Default)]
struct Purchase<'a> {
    client: &'a str,
    lines: BTreeMap<String, i64>,
    outcomes: Vec<&'a Outcome>,
}

pub(super) fn check(snapshot: &Snapshot, history: &[Entry], violations: &mut Violations) {
    for entry in history {
        check_entry(snapshot, entry, violations);
    }
    check_refund_keys(history, violations);
    let purchases = purchases(history);
    for (key, purchase) in &purchases {
        check_purchase(snapshot, key, purchase, violations);
    }
    for order in &snapshot.orders {
        if !order.key.as_ref().is_some_and(|key| purchases.contains_key(key.as_str())) {
            violations.add(7, format!("no client requested order {} with the key {:?}", order.id, order.key));
        }
    }
}

/// Groups the checkouts by idempotency key. The keys are unique among all clients.
fn purchases(history: &[Entry]) -> BTreeMap<&str, Purchase<'_>> {
    let mut purchases: BTreeMap<&str, Purchase<'_>> = BTreeMap::new();
    for entry in history {
        if let Operation::PlaceOrder { key, lines } = &entry.operation {
            let purchase = purchases.entry(key).or_default();
            purchase.client = &entry.client;
            purchase.lines.clone_from(lines);
            purchase.outcomes.push(&entry.outcome);
        }
    }
    purchases
}

fn check_purchase(snapshot: &Snapshot, key: &str, purchase: &Purchase<'_>, violations: &mut Violations) {
    let Purchase { client, lines: requested, outcomes } = purchase;
    let orders: Vec<&StoredOrder> = snapshot.orders.iter().filter(|order| order.key.as_deref() == Some(key)).collect();
    for order in &orders {
        let mut lines: BTreeMap<String, i64> = BTreeMap::new();
        for line in &order.lines {
            *lines.entry(line.sku.clone()).or_default() += line.quantity;
        }
        if lines != *requested {
            let id = &order.id;
            violations.add(7, format!("{client} requested {requested:?} with the key {key}; order {id} has {lines:?}"));
        }
    }
    let received: Vec<&Value> = outcomes.iter().filter_map(|outcome| outcome.ok()).collect();
    if let Some((first, rest)) = received.split_first()
        && let Some(other) = rest.iter().find(|response| response["id"] != first["id"])
    {
        let (first, other) = (&first["id"], &other["id"]);
        violations.add(7, format!("{client} received two orders for the key {key}: {first} and {other}"));
    }
    // `idempotency_in_progress` rejects this request only; another one with the same key may succeed.
    let is_final = |outcome: &&Outcome| {
        matches!(outcome, Outcome::Rejected { .. }) && outcome.code() != Some("idempotency_in_progress")
    };
    if let Some(StoredOrder { id, .. }) = orders.first()
        && outcomes.iter().all(is_final)
    {
        let codes: Vec<_> = outcomes.iter().map(|outcome| outcome.code()).collect();
        violations.add(7, format!("{client} was rejected with the key {key} ({codes:?}), but order {id} exists"));
    }
}

/// Verifies everything that one response contains.
fn check_entry(snapshot: &Snapshot, entry: &Entry, violations: &mut Violations) {
    let Entry { client, operation, outcome, .. } = entry;
    // A rejection may name the order that an earlier request has placed.
    if let Outcome::Rejected { problem, .. } = outcome
        && let Some(id) = problem["order_id"].as_str()
        && !snapshot.orders.iter().any(|order| order.id == id)
    {
        violations.add(7, format!("{client} received order {id}, which does not exist: {operation:?}"));
    }
    let Some(response) = outcome.ok() else { return };
    match operation {
        Operation::PlaceOrder { .. }
        | Operation::Cancel { .. }
        | Operation::Read { .. }
        | Operation::Transition { .. } => check_order(snapshot, entry, response, violations),
        Operation::RequestPayment { order } => {
            let intent = response["intent_id"].as_str();
            let stored = snapshot.orders.iter().find(|it| it.id == *order);
            if intent.is_some() && stored.is_none_or(|order| order.intent.as_deref() != intent) {
                violations.add(7, format!("{client} received {intent:?} for order {order}, which has another intent"));
            }
        }
        Operation::Refund { order, .. } => check_refund(snapshot, client, order, response, violations),
        Operation::Pay { intent, .. } => {
            let is_paid = snapshot.intents.iter().any(|it| it.id == *intent && it.status == "succeeded");
            if response["status"] == "succeeded" && !is_paid {
                violations.add(7, format!("{client} has paid {intent}, which has not succeeded"));
            }
        }
        // `merges.rs` and `claims.rs` verify them.
        Operation::Merge { .. }
        | Operation::Claim { .. }
        | Operation::ChangeIntent { .. }
        | Operation::Dispute { .. }
        | Operation::CloseDispute { .. }
        | Operation::ChangeSlug { .. }
        | Operation::EditProduct { .. } => {}
    }
}

fn check_order(snapshot: &Snapshot, entry: &Entry, received: &Value, violations: &mut Violations) {
    let Entry { client, operation, .. } = entry;
    let id = received["id"].as_str().unwrap_or_default();
    let Some(order) = snapshot.orders.iter().find(|order| order.id == id) else {
        return violations.add(7, format!("{client} received order {id}, which does not exist: {operation:?}"));
    };
    let mut differ = |property: &str, received: &dyn Debug, stored: &dyn Debug| {
        violations.add(7, format!("{client} received the {property} {received:?} of order {id}; it is {stored:?}"));
    };
    if received["order_number"] != order.number.as_str() {
        differ("number", &received["order_number"], &order.number);
    }
    let total = order.currency.parse().ok().and_then(|currency| minor(currency, &received["total_amount"]));
    if total != Some(order.total) {
        differ("total", &total, &order.total);
    }
    let items = received["items"].as_array().into_iter().flatten();
    let items: Vec<_> = items.map(|item| (item["sku"].as_str(), item["quantity"].as_i64())).collect();
    let lines: Vec<_> = order.lines.iter().map(|line| (Some(line.sku.as_str()), Some(line.quantity))).collect();
    if items != lines {
        differ("items", &items, &lines);
    }
    let intent = received["transaction_id"].as_str();
    if intent.is_some() && intent != order.intent.as_deref() {
        differ("intent", &intent, &order.intent);
    }
    let statuses = received["status_history"].as_array().into_iter().flatten();
    let statuses: Vec<_> = statuses.filter_map(|change| change["status"].as_str()).collect();
    let stored: Vec<_> = order.history.iter().map(|(status, _)| status.as_str()).collect();
    if !stored.starts_with(&statuses) || statuses.is_empty() {
        differ("history", &statuses, &stored);
    }
}

fn check_refund(snapshot: &Snapshot, client: &str, order: &str, received: &Value, violations: &mut Violations) {
    let stored = snapshot.orders.iter().find(|it| it.id == order);
    let Some((order, currency)) = stored.and_then(|order| Some((order, order.currency.parse().ok()?))) else {
        return violations.add(7, format!("{client} received a refund of order {order}, which does not exist"));
    };
    let amount = minor(currency, &received["amount"]);
    let stored = order.refunds.iter().find(|refund| received["id"] == refund.id.as_str());
    if stored.map(|refund| refund.amount) != amount {
        let (id, refund) = (&order.id, &received["id"]);
        violations.add(7, format!("{client} received refund {refund} of {amount:?} of order {id}; it has {stored:?}"));
    }
}

/// All responses to one idempotency key of a refund name the same refund.
fn check_refund_keys(history: &[Entry], violations: &mut Violations) {
    let mut refunds: BTreeMap<&str, &Value> = BTreeMap::new();
    for entry in history {
        if let (Operation::Refund { key, .. }, Some(received)) = (&entry.operation, entry.outcome.ok()) {
            let first = refunds.entry(key).or_insert(&received["id"]);
            if **first != received["id"] {
                let (client, second) = (&entry.client, &received["id"]);
                violations.add(7, format!("{client} received two refunds for the key {key}: {first} and {second}"));
            }
        }
    }
}

/// Converts an amount of the API, in major units, to minor units.
fn minor(currency: Currency, amount: &Value) -> Option<i64> {
    currency.parse(&amount.to_string()).ok().map(Money::minor)
}
