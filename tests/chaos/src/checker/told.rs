//! Invariant 7: clients were told the truth.

use super::{OrderNow, Snapshot, Violation, violated};
use crate::history::{Deed, Entry, Outcome};
use ferrocart::domain::money::Currency;
use serde_json::Value;
use std::collections::BTreeMap;

/// The tries to buy something under one key, and what was to be bought.
#[derive(Default)]
struct Purchase<'a> {
    who: &'a str,
    lines: BTreeMap<String, i64>,
    tries: Vec<&'a Outcome>,
}

pub(super) fn check(now: &Snapshot, history: &[Entry], violations: &mut Vec<Violation>) {
    for entry in history {
        check_answer(now, entry, violations);
    }
    check_refund_keys(history, violations);
    let purchases = purchases(history);
    for (key, purchase) in &purchases {
        check_purchase(now, key, purchase, violations);
    }
    for order in &now.orders {
        if !order.key.as_ref().is_some_and(|key| purchases.contains_key(key.as_str())) {
            violated(violations, 7, format!("nobody asked for the order {} with the key {:?}", order.id, order.key));
        }
    }
}

/// Keys are made anew for each purchase, so that no two buyers have the same.
fn purchases(history: &[Entry]) -> BTreeMap<&str, Purchase<'_>> {
    let mut purchases: BTreeMap<&str, Purchase<'_>> = BTreeMap::new();
    for entry in history {
        if let Deed::PlaceOrder { key, lines } = &entry.deed {
            let purchase = purchases.entry(key).or_default();
            purchase.who = &entry.who;
            purchase.lines.clone_from(lines);
            purchase.tries.push(&entry.outcome);
        }
    }
    purchases
}

fn check_purchase(now: &Snapshot, key: &str, purchase: &Purchase<'_>, violations: &mut Vec<Violation>) {
    let who = purchase.who;
    let orders: Vec<&OrderNow> = now.orders.iter().filter(|order| order.key.as_deref() == Some(key)).collect();
    for order in &orders {
        let mut lines: BTreeMap<String, i64> = BTreeMap::new();
        for line in &order.lines {
            *lines.entry(line.sku.clone()).or_default() += line.quantity;
        }
        if lines != purchase.lines {
            let (id, wanted) = (&order.id, &purchase.lines);
            violated(
                violations,
                7,
                format!("{who} wanted {wanted:?} with the key {key}; the order {id} has {lines:?}"),
            );
        }
    }
    let told: Vec<&Value> = purchase.tries.iter().filter_map(|outcome| outcome.ok()).collect();
    if let Some((first, rest)) = told.split_first()
        && let Some(other) = rest.iter().find(|answer| answer["id"] != first["id"])
    {
        violated(
            violations,
            7,
            format!("{who} was told two orders for the key {key}: {} and {}", first["id"], other["id"]),
        );
    }
    // Another request with the same key is still at work: that refuses this one, and not the purchase.
    let is_final = |outcome: &&Outcome| {
        matches!(outcome, Outcome::Refused { .. }) && outcome.code() != Some("idempotency_in_progress")
    };
    if let Some(order) = orders.first()
        && purchase.tries.iter().all(is_final)
    {
        let codes: Vec<_> = purchase.tries.iter().map(|outcome| outcome.code()).collect();
        violated(
            violations,
            7,
            format!("{who} was refused with the key {key} ({codes:?}), and the order {} stands", order.id),
        );
    }
}

/// Whatever an answer says of an order is so, or has been.
fn check_answer(now: &Snapshot, entry: &Entry, violations: &mut Vec<Violation>) {
    if let Some(id) = bought_before(entry)
        && !now.orders.iter().any(|order| order.id == id)
    {
        violated(
            violations,
            7,
            format!("{} was told of the order {id}, which is not here: {:?}", entry.who, entry.deed),
        );
    }
    let Some(answer) = entry.outcome.ok() else { return };
    match &entry.deed {
        Deed::PlaceOrder { .. } | Deed::Cancel { .. } | Deed::Read { .. } | Deed::Move { .. } => {
            check_order(now, entry, answer, violations);
        }
        Deed::AskForPayment { order } => {
            let intent = answer["intent_id"].as_str();
            let stands = now.orders.iter().find(|it| it.id == *order);
            if intent.is_some() && stands.is_none_or(|order| order.intent.as_deref() != intent) {
                violated(
                    violations,
                    7,
                    format!("{} was told of {intent:?} for the order {order}: it has another", entry.who),
                );
            }
        }
        Deed::Refund { order, .. } => check_refund(now, entry, order, answer, violations),
        Deed::Pay { intent, .. } => {
            let paid = now.intents.iter().any(|it| it.id == *intent && it.status == "succeeded");
            if answer["status"] == "succeeded" && !paid {
                violated(violations, 7, format!("{} has paid {intent}, which is not paid", entry.who));
            }
        }
        Deed::ChangeIntent { .. } | Deed::Dispute { .. } | Deed::Decide { .. } | Deed::Edit { .. } => {}
    }
}

fn bought_before(entry: &Entry) -> Option<&str> {
    match &entry.outcome {
        Outcome::Refused { problem, .. } => problem["order_id"].as_str(),
        Outcome::Ok(_) | Outcome::Unknown(_) => None,
    }
}

fn check_order(now: &Snapshot, entry: &Entry, told: &Value, violations: &mut Vec<Violation>) {
    let who = &entry.who;
    let id = told["id"].as_str().unwrap_or_default();
    let Some(order) = now.orders.iter().find(|order| order.id == id) else {
        return violated(
            violations,
            7,
            format!("{who} was told of the order {id}, which is not here: {:?}", entry.deed),
        );
    };
    let mut is_otherwise = |what: &str, told: &dyn std::fmt::Debug, is: &dyn std::fmt::Debug| {
        violated(violations, 7, format!("{who} was told that the {what} of the order {id} is {told:?}; it is {is:?}"));
    };
    if told["order_number"] != order.number.as_str() {
        is_otherwise("number", &told["order_number"], &order.number);
    }
    let total = order.currency.parse().ok().and_then(|currency| minor(currency, &told["total_amount"]));
    if total != Some(order.total) {
        is_otherwise("total", &total, &order.total);
    }
    let lines = told["items"].as_array().into_iter().flatten();
    let told_lines: Vec<_> = lines.map(|line| (line["sku"].as_str(), line["quantity"].as_i64())).collect();
    let lines: Vec<_> = order.lines.iter().map(|line| (Some(line.sku.as_str()), Some(line.quantity))).collect();
    if told_lines != lines {
        is_otherwise("content", &told_lines, &lines);
    }
    let intent = told["transaction_id"].as_str();
    if intent.is_some() && intent != order.intent.as_deref() {
        is_otherwise("intent", &intent, &order.intent);
    }
    let told_path = told["status_history"].as_array().into_iter().flatten();
    let told_path: Vec<_> = told_path.filter_map(|change| change["status"].as_str()).collect();
    let path: Vec<_> = order.history.iter().map(|(status, _)| status.as_str()).collect();
    if !path.starts_with(&told_path) || told_path.is_empty() {
        is_otherwise("history", &told_path, &path);
    }
}

fn check_refund(now: &Snapshot, entry: &Entry, order: &str, told: &Value, violations: &mut Vec<Violation>) {
    let who = &entry.who;
    let stands = now.orders.iter().find(|it| it.id == order);
    let Some((order, currency)) = stands.and_then(|order| Some((order, order.currency.parse().ok()?))) else {
        return violated(violations, 7, format!("{who} was told of a refund of the order {order}, which is not here"));
    };
    let amount = minor(currency, &told["amount"]);
    let stands = order.refunds.iter().find(|refund| told["id"] == refund.id.as_str());
    if stands.map(|refund| refund.amount) != amount {
        let (id, refund) = (&order.id, &told["id"]);
        violated(
            violations,
            7,
            format!("{who} was told of {refund} of {amount:?} for the order {id}; it has {stands:?}"),
        );
    }
}

/// However often a refund is sent with one key, it is one.
fn check_refund_keys(history: &[Entry], violations: &mut Vec<Violation>) {
    let mut refunds: BTreeMap<&str, &Value> = BTreeMap::new();
    for entry in history {
        if let (Deed::Refund { key, .. }, Some(told)) = (&entry.deed, entry.outcome.ok()) {
            let first = refunds.entry(key).or_insert(&told["id"]);
            if **first != told["id"] {
                let (who, second) = (&entry.who, &told["id"]);
                violated(
                    violations,
                    7,
                    format!("{who} was told of two refunds for the key {key}: {first} and {second}"),
                );
            }
        }
    }
}

/// An amount as the API shows it, in minor units.
fn minor(currency: Currency, shown: &Value) -> Option<i64> {
    currency.parse(&shown.to_string()).ok().map(ferrocart::domain::money::Money::minor)
}
