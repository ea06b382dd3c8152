//! The checker accepts a consistent snapshot, and reports the violated invariant for each way to damage it.

use super::{
    Delivery, Dispute, Event, Hold, Intent, Line, Snapshot, StoredOrder, StoredProduct, StoredRefund, StripeRefund,
    check,
};
use crate::history::{Entry, Operation, Outcome};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

fn transitions(transitions: &[(&str, &str)]) -> Vec<(String, String)> {
    transitions.iter().map(|(status, actor)| ((*status).to_owned(), (*actor).to_owned())).collect()
}

fn order(id: &str, status: &str, payment: &str, history: &[(&str, &str)]) -> StoredOrder {
    StoredOrder {
        id: id.to_owned(),
        number: format!("FC-{id}"),
        user: "ada".to_owned(),
        key: Some(format!("key-{id}")),
        purchase: ("cart".to_owned(), i64::try_from(id.len()).unwrap()),
        status: status.to_owned(),
        total: 3998,
        currency: "USD".to_owned(),
        lines: vec![Line { sku: "TEE".to_owned(), quantity: 2, price: 1999 }],
        intent: Some(format!("pi_{id}")),
        payment: payment.to_owned(),
        history: transitions(history),
        ..StoredOrder::default()
    }
}

fn intent(id: &str, status: &str) -> Intent {
    let (order, currency) = (Some(id.to_owned()), "usd".to_owned());
    Intent { id: format!("pi_{id}"), order, status: status.to_owned(), amount: 3998, currency }
}

fn refund(id: &str, amount: i64) -> StoredRefund {
    StoredRefund { id: id.to_owned(), amount, status: "succeeded".to_owned(), restocked: false }
}

/// Refunds a part of the first order and restocks it. The request is in the history if `is_requested`.
fn restock(snapshot: &mut Snapshot, history: &mut Vec<Entry>, is_requested: bool) {
    let order = &mut snapshot.orders[0];
    order.refunds.push(StoredRefund { restocked: true, ..refund("partial", 100) });
    (order.refunded, order.is_restocked) = (100, true);
    order.payment = "partially_refunded".to_owned();
    *order.restocked.entry("TEE".to_owned()).or_default() += 2;
    *snapshot.products[0].stock.get_mut("TEE").unwrap() += 2;
    snapshot.refunds.push(StripeRefund { id: "re_partial".to_owned(), intent: "pi_a".to_owned(), amount: 100 });
    if is_requested {
        let (order, key, amount) = (order.id.clone(), "partial".to_owned(), Some(100));
        let operation = Operation::Refund { order, key, amount, restock: true };
        let outcome = Outcome::Ok(json!({ "id": "partial", "amount": 1.0 }));
        history.push(Entry { at: Duration::ZERO, client: "admin".to_owned(), operation, outcome });
    }
}

/// Makes the payment of the first order mismatched: the order is cancelled, restocked and fully refunded.
fn mismatch_payment(snapshot: &mut Snapshot) {
    snapshot.intents[0].amount = 5000;
    snapshot.refunds.push(StripeRefund { id: "re_a".to_owned(), intent: "pi_a".to_owned(), amount: 5000 });
    let order = &mut snapshot.orders[0];
    order.history = transitions(&[("pending", "customer"), ("cancelled", "stripe")]);
    (order.status, order.payment, order.refunded) = ("cancelled".to_owned(), "refunded".to_owned(), 5000);
    order.refunds.push(refund("re_a", 5000));
    order.flags = vec!["amount_mismatch".to_owned()];
    *snapshot.products[0].stock.get_mut("TEE").unwrap() += 2;
}

/// Makes the first order pending after its reservation time.
fn leave_pending(snapshot: &mut Snapshot, intent: &str) {
    snapshot.taken_at = 1;
    snapshot.intents[0].status = intent.to_owned();
    let order = &mut snapshot.orders[0];
    (order.status, order.payment) = ("pending".to_owned(), "processing".to_owned());
    order.history.truncate(1);
}

fn dispute(snapshot: &mut Snapshot, order: usize, status: &str) {
    let (id, intent) = (format!("du_{status}"), snapshot.intents[order].id.clone());
    snapshot.disputes.push(Dispute { id, intent, status: status.to_owned() });
}

/// The response that contains an order with these statuses in its history.
fn response(order: &StoredOrder, history: &[&str]) -> Value {
    let history: Vec<_> = history.iter().map(|status| json!({ "status": status })).collect();
    json!({
        "id": order.id, "order_number": order.number, "total_amount": 39.98, "transaction_id": order.intent,
        "items": [{ "sku": "TEE", "quantity": 2 }], "status_history": history,
    })
}

fn checkout(key: &str, outcome: Outcome) -> Entry {
    let lines = BTreeMap::from([("TEE".to_owned(), 2)]);
    let operation = Operation::PlaceOrder { key: key.to_owned(), lines };
    Entry { at: Duration::ZERO, client: "ada".to_owned(), operation, outcome }
}

fn cancellation(order: &str) -> Entry {
    let operation = Operation::Transition { order: order.to_owned(), status: "cancelled".to_owned() };
    let outcome = Outcome::Unknown("no response".to_owned());
    Entry { at: Duration::ZERO, client: "admin".to_owned(), operation, outcome }
}

fn rejected(code: &str) -> Outcome {
    Outcome::Rejected { status: 409, problem: json!({ "code": code }) }
}

/// A consistent snapshot with its history. Of ten in stock, two are sold in a paid order; another order was paid,
/// cancelled, restocked and refunded.
fn consistent() -> (Snapshot, Vec<Entry>) {
    let paid = order("a", "processing", "succeeded", &[("pending", "customer"), ("processing", "stripe")]);
    let history = [("pending", "customer"), ("processing", "system"), ("cancelled", "admin")];
    let refunds = vec![refund("re", 3998)];
    let cancelled = StoredOrder { refunded: 3998, refunds, ..order("bb", "cancelled", "refunded", &history) };
    let history = vec![
        checkout("key-a", Outcome::Unknown("no response".to_owned())),
        checkout("key-a", Outcome::Ok(response(&paid, &["pending"]))),
        checkout("key-bb", Outcome::Ok(response(&cancelled, &["pending", "processing"]))),
        checkout("key-c", rejected("insufficient_stock")),
        cancellation("bb"),
    ];
    let event =
        Event { id: "evt".to_owned(), kind: "payment_intent.succeeded".to_owned(), order: Some("a".to_owned()) };
    let snapshot = Snapshot {
        initial_stock: BTreeMap::from([("TEE".to_owned(), 10)]),
        products: vec![StoredProduct { stock: BTreeMap::from([("TEE".to_owned(), 8)]), ..StoredProduct::default() }],
        orders: vec![paid, cancelled],
        recorded_events: ["evt".to_owned()].into(),
        intents: vec![intent("a", "succeeded"), intent("bb", "succeeded")],
        refunds: vec![StripeRefund { id: "re".to_owned(), intent: "pi_bb".to_owned(), amount: 3998 }],
        deliveries: vec![Delivery { event: event.id.clone(), acknowledged: true }],
        events: vec![event],
        ..Snapshot::default()
    };
    (snapshot, history)
}

#[test]
fn a_consistent_snapshot_has_no_violations() {
    let (snapshot, history) = consistent();
    assert_eq!(check(&snapshot, &history), []);
    let (mut snapshot, mut history) = consistent();
    restock(&mut snapshot, &mut history, true);
    dispute(&mut snapshot, 0, "won");
    assert_eq!(check(&snapshot, &history), []);
    dispute(&mut snapshot, 0, "needs_response");
    snapshot.orders[0].flags.push("disputed".to_owned());
    assert_eq!(check(&snapshot, &history), []);
    let (mut snapshot, history) = consistent();
    mismatch_payment(&mut snapshot);
    assert_eq!(check(&snapshot, &history), []);
    let (mut snapshot, history) = consistent();
    leave_pending(&mut snapshot, "processing");
    snapshot.events.clear();
    assert_eq!(check(&snapshot, &history), []);
}

/// A damage: its description, the violated invariant, and the change of snapshot and history.
type Damage = (&'static str, u8, fn(&mut Snapshot, &mut Vec<Entry>));

const DAMAGES: [Damage; 43] = [
    ("stock is lost", 1, |snapshot, _| *snapshot.products[0].stock.get_mut("TEE").unwrap() = 7),
    ("stock is created", 1, |snapshot, _| *snapshot.products[0].stock.get_mut("TEE").unwrap() = 9),
    ("stock is negative", 1, |snapshot, _| {
        *snapshot.products[0].stock.get_mut("TEE").unwrap() = -1;
        snapshot.initial_stock.insert("TEE".to_owned(), 1);
    }),
    ("a restocked quantity is not in stock", 1, |snapshot, _| {
        snapshot.orders[0].restocked.insert("TEE".to_owned(), 1);
    }),
    ("a hold remains", 2, |snapshot, _| {
        snapshot.products[0].holds.push(Hold { order: "a".to_owned(), sku: "TEE".to_owned(), quantity: 2 });
    }),
    ("a succeeded intent has no order", 3, |snapshot, _| snapshot.intents.push(intent("lost", "succeeded"))),
    ("a succeeded intent has an unpaid order", 3, |snapshot, _| {
        snapshot.orders[0].payment = "requires_payment".to_owned()
    }),
    ("the paid amount differs", 3, |snapshot, _| snapshot.intents[0].amount = 1),
    ("the paid currency differs", 3, |snapshot, _| snapshot.intents[0].currency = "jpy".to_owned()),
    ("an order with a mismatched payment was processed", 3, |snapshot, _| {
        mismatch_payment(snapshot);
        snapshot.orders[0].history.insert(1, ("processing".to_owned(), "stripe".to_owned()));
    }),
    ("a mismatched payment is not flagged", 3, |snapshot, _| {
        mismatch_payment(snapshot);
        snapshot.orders[0].flags.clear();
    }),
    ("a mismatched payment is refunded by the total", 3, |snapshot, _| {
        mismatch_payment(snapshot);
        snapshot.refunds.last_mut().unwrap().amount = 3998;
    }),
    ("an open dispute is not flagged", 3, |snapshot, _| dispute(snapshot, 0, "needs_response")),
    ("a lost dispute is not flagged", 3, |snapshot, _| dispute(snapshot, 0, "lost")),
    ("of a won and a lost dispute none is flagged", 3, |snapshot, _| {
        dispute(snapshot, 0, "lost");
        dispute(snapshot, 0, "won");
    }),
    ("a won dispute is still flagged", 3, |snapshot, _| {
        dispute(snapshot, 0, "won");
        snapshot.orders[0].flags.push("disputed".to_owned());
    }),
    ("a cancelled order is not refunded after a won dispute", 3, |snapshot, _| {
        dispute(snapshot, 1, "won");
        snapshot.refunds.clear();
        (snapshot.orders[1].refunded, snapshot.orders[1].refunds) = (0, Vec::new());
    }),
    ("a paid order has a canceled intent", 3, |snapshot, _| snapshot.intents[0].status = "canceled".to_owned()),
    ("a cancelled order is not refunded", 3, |snapshot, _| snapshot.refunds.clear()),
    ("a payment is refunded twice", 3, |snapshot, _| snapshot.refunds.push(snapshot.refunds[0].clone())),
    ("a refund remains pending", 3, |snapshot, _| snapshot.orders[1].refunds[0].status = "pending".to_owned()),
    ("an order has two intents", 3, |snapshot, _| {
        snapshot.intents.push(Intent { id: "pi_second".to_owned(), ..intent("a", "canceled") });
    }),
    ("two orders have one idempotency key", 4, |snapshot, _| {
        let key = snapshot.orders[0].key.clone();
        snapshot.orders[1].key = key;
    }),
    ("two orders have one purchase of a cart", 4, |snapshot, _| {
        let purchase = snapshot.orders[0].purchase.clone();
        snapshot.orders[1].purchase = purchase;
    }),
    ("a total is not the sum of the lines", 5, |snapshot, _| snapshot.orders[0].lines[0].price = 1),
    ("an order is restocked twice", 5, |snapshot, history| {
        restock(snapshot, history, true);
        restock(snapshot, history, true);
    }),
    ("an order is restocked without a request", 5, |snapshot, history| restock(snapshot, history, false)),
    ("an order is restocked by a rejected request", 5, |snapshot, history| {
        restock(snapshot, history, true);
        history.last_mut().unwrap().outcome = rejected("refund_refused");
    }),
    ("a requested restocking is missing", 5, |snapshot, history| {
        restock(snapshot, history, true);
        snapshot.orders[0].is_restocked = false;
        snapshot.orders[0].restocked.clear();
        *snapshot.products[0].stock.get_mut("TEE").unwrap() -= 2;
    }),
    ("the refunded amount is not the sum of the refunds", 5, |snapshot, _| snapshot.orders[1].refunds[0].amount = 1),
    ("the refunded amount exceeds the payment", 5, |snapshot, _| snapshot.orders[1].refunded = 3999),
    ("an unpaid order was shipped", 6, |snapshot, _| {
        snapshot.orders[0].history = transitions(&[("pending", "customer"), ("shipped", "admin")]);
    }),
    ("a customer marked an order as paid", 6, |snapshot, _| {
        snapshot.orders[0].history = transitions(&[("pending", "customer"), ("processing", "customer")]);
    }),
    ("the status is not the last of the history", 6, |snapshot, _| snapshot.orders[0].status = "shipped".to_owned()),
    ("an order that a client received is missing", 7, |snapshot, _| drop(snapshot.orders.remove(0))),
    ("a rejected checkout has an order", 7, |_, history| {
        history.truncate(1);
        history[0].outcome = rejected("insufficient_stock");
    }),
    ("an order has other quantities than requested", 7, |snapshot, _| snapshot.orders[0].lines[0].quantity = 3),
    ("an acknowledged event has no effect", 8, |snapshot, _| {
        snapshot.orders[0].payment = "processing".to_owned();
    }),
    ("an order is pending after its time", 9, |snapshot, _| leave_pending(snapshot, "requires_payment_method")),
    ("an order does not show that its payment is under way", 9, |snapshot, _| {
        leave_pending(snapshot, "processing");
        snapshot.orders[0].payment = "requires_payment".to_owned();
    }),
    ("a paid order is cancelled without a request", 9, |_, history| {
        history.retain(|entry| !matches!(entry.operation, Operation::Transition { .. }));
    }),
    ("an order of a deployment check is left", 9, |snapshot, _| snapshot.synthetic.push("orders 1".to_owned())),
    ("an order is cancelled while its payment is under way", 9, |snapshot, history| {
        history.retain(|entry| !matches!(entry.operation, Operation::Transition { .. }));
        snapshot.intents[1].status = "processing".to_owned();
    }),
];

#[test]
fn each_damage_violates_its_invariant() {
    for (description, invariant, damage) in DAMAGES {
        let (mut snapshot, mut history) = consistent();
        damage(&mut snapshot, &mut history);
        let violations = check(&snapshot, &history);
        let found = violations.iter().any(|violation| violation.invariant == invariant);
        assert!(found, "{description}: invariant {invariant} is not violated: {violations:#?}");
    }
}

#[test]
fn an_event_that_is_acknowledged_must_be_recorded() {
    let (mut snapshot, history) = consistent();
    snapshot.recorded_events.clear();
    assert_eq!(check(&snapshot, &history).iter().map(|violation| violation.invariant).collect::<Vec<_>>(), [8]);
    snapshot.deliveries[0].acknowledged = false;
    assert_eq!(check(&snapshot, &history), []);
}
