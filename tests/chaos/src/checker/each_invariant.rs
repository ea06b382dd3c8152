//! The checker says nothing about a sound shop, and something about each kind of damage.

use super::{Delivery, Dispute, Event, Hold, Intent, Line, OrderNow, ProductNow, Refund, RefundNow, Snapshot, check};
use crate::history::{Deed, Entry, Outcome};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

fn path(steps: &[(&str, &str)]) -> Vec<(String, String)> {
    steps.iter().map(|(status, by)| ((*status).to_owned(), (*by).to_owned())).collect()
}

fn order(id: &str, status: &str, payment: &str, steps: &[(&str, &str)]) -> OrderNow {
    OrderNow {
        id: id.to_owned(),
        number: format!("FC-{id}"),
        user: "ada".to_owned(),
        key: Some(format!("key-{id}")),
        cart: ("cart".to_owned(), i64::try_from(id.len()).unwrap()),
        status: status.to_owned(),
        total: 3998,
        currency: "USD".to_owned(),
        lines: vec![Line { sku: "TEE".to_owned(), quantity: 2, price: 1999 }],
        intent: Some(format!("pi_{id}")),
        payment: payment.to_owned(),
        history: path(steps),
        ..OrderNow::default()
    }
}

fn intent(id: &str, status: &str) -> Intent {
    let (order, currency) = (Some(id.to_owned()), "usd".to_owned());
    Intent { id: format!("pi_{id}"), order, status: status.to_owned(), amount: 3998, currency }
}

fn refund(id: &str, amount: i64) -> RefundNow {
    RefundNow { id: id.to_owned(), amount, status: "succeeded".to_owned(), restocked: false }
}

/// An administrator takes the goods of an order back with a part of its money, and says so in the
/// history when it was asked for.
fn take_back(now: &mut Snapshot, history: &mut Vec<Entry>, is_asked_for: bool) {
    let order = &mut now.orders[0];
    order.refunds.push(RefundNow { restocked: true, ..refund("back", 100) });
    (order.refunded, order.is_restocked) = (100, true);
    order.payment = "partially_refunded".to_owned();
    *order.restocked.entry("TEE".to_owned()).or_default() += 2;
    *now.products[0].stock.get_mut("TEE").unwrap() += 2;
    now.refunds.push(Refund { id: "re_back".to_owned(), intent: "pi_a".to_owned(), amount: 100 });
    if is_asked_for {
        let (order, key, amount) = (order.id.clone(), "back".to_owned(), Some(100));
        let deed = Deed::Refund { order, key, amount, restock: true };
        let outcome = Outcome::Ok(json!({ "id": "back", "amount": 1.0 }));
        history.push(Entry { at: Duration::ZERO, who: "admin".to_owned(), deed, outcome });
    }
}

/// The first order, when another sum was paid for it: cancelled, and the money went back.
fn pay_another_sum(now: &mut Snapshot) {
    now.intents[0].amount = 5000;
    now.refunds.push(Refund { id: "re_a".to_owned(), intent: "pi_a".to_owned(), amount: 5000 });
    let order = &mut now.orders[0];
    order.history = path(&[("pending", "customer"), ("cancelled", "stripe")]);
    (order.status, order.payment, order.refunded) = ("cancelled".to_owned(), "refunded".to_owned(), 5000);
    order.refunds.push(refund("re_a", 5000));
    order.flags = vec!["amount_mismatch".to_owned()];
    *now.products[0].stock.get_mut("TEE").unwrap() += 2;
}

fn dispute(now: &mut Snapshot, order: usize, status: &str) {
    let (id, intent) = (format!("du_{status}"), now.intents[order].id.clone());
    now.disputes.push(Dispute { id, intent, status: status.to_owned() });
}

fn told(order: &OrderNow, history: &[&str]) -> Value {
    let history: Vec<_> = history.iter().map(|status| json!({ "status": status })).collect();
    json!({
        "id": order.id, "order_number": order.number, "total_amount": 39.98, "transaction_id": order.intent,
        "items": [{ "sku": "TEE", "quantity": 2 }], "status_history": history,
    })
}

fn bought(key: &str, outcome: Outcome) -> Entry {
    let lines = BTreeMap::from([("TEE".to_owned(), 2)]);
    let deed = Deed::PlaceOrder { key: key.to_owned(), lines };
    Entry { at: Duration::ZERO, who: "ada".to_owned(), deed, outcome }
}

fn refused(code: &str) -> Outcome {
    Outcome::Refused { status: 409, problem: json!({ "code": code }) }
}

/// Of ten pieces two are paid, and two more were bought, paid, cancelled and refunded.
fn sound() -> (Snapshot, Vec<Entry>) {
    let paid = order("a", "processing", "succeeded", &[("pending", "customer"), ("processing", "stripe")]);
    let steps = [("pending", "customer"), ("processing", "system"), ("cancelled", "admin")];
    let refunds = vec![refund("re", 3998)];
    let over = OrderNow { refunded: 3998, refunds, ..order("bb", "cancelled", "refunded", &steps) };
    let history = vec![
        bought("key-a", Outcome::Unknown("nothing came".to_owned())),
        bought("key-a", Outcome::Ok(told(&paid, &["pending"]))),
        bought("key-bb", Outcome::Ok(told(&over, &["pending", "processing"]))),
        bought("key-c", refused("insufficient_stock")),
    ];
    let event =
        Event { id: "evt".to_owned(), kind: "payment_intent.succeeded".to_owned(), order: Some("a".to_owned()) };
    let now = Snapshot {
        initial: BTreeMap::from([("TEE".to_owned(), 10)]),
        products: vec![ProductNow { stock: BTreeMap::from([("TEE".to_owned(), 8)]), holds: Vec::new() }],
        orders: vec![paid, over],
        recorded: ["evt".to_owned()].into(),
        intents: vec![intent("a", "succeeded"), intent("bb", "succeeded")],
        refunds: vec![Refund { id: "re".to_owned(), intent: "pi_bb".to_owned(), amount: 3998 }],
        deliveries: vec![Delivery { event: event.id.clone(), acknowledged: true }],
        events: vec![event],
        ..Snapshot::default()
    };
    (now, history)
}

#[test]
fn a_sound_shop_is_left_in_peace() {
    let (now, history) = sound();
    assert_eq!(check(&now, &history), []);
    let (mut now, mut history) = sound();
    take_back(&mut now, &mut history, true);
    dispute(&mut now, 0, "won");
    assert_eq!(check(&now, &history), []);
    dispute(&mut now, 0, "needs_response");
    now.orders[0].flags.push("disputed".to_owned());
    assert_eq!(check(&now, &history), []);
    let (mut now, history) = sound();
    pay_another_sum(&mut now);
    assert_eq!(check(&now, &history), []);
}

/// What kind of damage, and which invariant it breaks.
type Damage = (&'static str, u8, fn(&mut Snapshot, &mut Vec<Entry>));

const DAMAGES: [Damage; 38] = [
    ("a piece vanished", 1, |now, _| *now.products[0].stock.get_mut("TEE").unwrap() = 7),
    ("a piece came from nowhere", 1, |now, _| *now.products[0].stock.get_mut("TEE").unwrap() = 9),
    ("stock is below zero", 1, |now, _| {
        *now.products[0].stock.get_mut("TEE").unwrap() = -1;
        now.initial.insert("TEE".to_owned(), 1);
    }),
    ("a piece was put back and is nowhere", 1, |now, _| {
        now.orders[0].restocked.insert("TEE".to_owned(), 1);
    }),
    ("a hold was left behind", 2, |now, _| {
        now.products[0].holds.push(Hold { order: "a".to_owned(), sku: "TEE".to_owned(), quantity: 2 });
    }),
    ("a paid intent has no order", 3, |now, _| now.intents.push(intent("lost", "succeeded"))),
    ("a paid intent has an unpaid order", 3, |now, _| now.orders[0].payment = "requires_payment".to_owned()),
    ("another amount was paid", 3, |now, _| now.intents[0].amount = 1),
    ("another currency was paid", 3, |now, _| now.intents[0].currency = "jpy".to_owned()),
    ("another amount was paid, and the order is packed", 3, |now, _| {
        pay_another_sum(now);
        now.orders[0].history.insert(1, ("processing".to_owned(), "stripe".to_owned()));
    }),
    ("another amount was paid, and nobody is told", 3, |now, _| {
        pay_another_sum(now);
        now.orders[0].flags.clear();
    }),
    ("another amount was paid, and the price went back", 3, |now, _| {
        pay_another_sum(now);
        now.refunds.last_mut().unwrap().amount = 3998;
    }),
    ("a dispute is not marked", 3, |now, _| dispute(now, 0, "needs_response")),
    ("a dispute that was lost is not marked", 3, |now, _| dispute(now, 0, "lost")),
    ("of two disputes one was won, and neither is marked", 3, |now, _| {
        dispute(now, 0, "lost");
        dispute(now, 0, "won");
    }),
    ("a dispute that was won is still marked", 3, |now, _| {
        dispute(now, 0, "won");
        now.orders[0].flags.push("disputed".to_owned());
    }),
    ("a cancelled order keeps the money after a dispute that was won", 3, |now, _| {
        dispute(now, 1, "won");
        now.refunds.clear();
        (now.orders[1].refunded, now.orders[1].refunds) = (0, Vec::new());
    }),
    ("a paid order has an unpaid intent", 3, |now, _| now.intents[0].status = "canceled".to_owned()),
    ("a cancelled order keeps the money", 3, |now, _| now.refunds.clear()),
    ("money went back twice", 3, |now, _| now.refunds.push(now.refunds[0].clone())),
    ("a refund is owed for ever", 3, |now, _| now.orders[1].refunds[0].status = "pending".to_owned()),
    ("an order has two intents", 3, |now, _| {
        now.intents.push(Intent { id: "pi_second".to_owned(), ..intent("a", "canceled") });
    }),
    ("two orders have one key", 4, |now, _| {
        let key = now.orders[0].key.clone();
        now.orders[1].key = key;
    }),
    ("two orders have one cart", 4, |now, _| {
        let cart = now.orders[0].cart.clone();
        now.orders[1].cart = cart;
    }),
    ("a total is not the sum", 5, |now, _| now.orders[0].lines[0].price = 1),
    ("goods came back twice", 5, |now, history| {
        take_back(now, history, true);
        take_back(now, history, true);
    }),
    ("goods came back that nobody took back", 5, |now, history| take_back(now, history, false)),
    ("goods came back although that was refused", 5, |now, history| {
        take_back(now, history, true);
        history.last_mut().unwrap().outcome = refused("refund_refused");
    }),
    ("goods were taken back, and are not there", 5, |now, history| {
        take_back(now, history, true);
        now.orders[0].is_restocked = false;
        now.orders[0].restocked.clear();
        *now.products[0].stock.get_mut("TEE").unwrap() -= 2;
    }),
    ("what was refunded is not the sum", 5, |now, _| now.orders[1].refunds[0].amount = 1),
    ("more was refunded than paid", 5, |now, _| now.orders[1].refunded = 3999),
    ("an order was shipped unpaid", 6, |now, _| {
        now.orders[0].history = path(&[("pending", "customer"), ("shipped", "admin")]);
    }),
    ("a customer has called an order paid", 6, |now, _| {
        now.orders[0].history = path(&[("pending", "customer"), ("processing", "customer")]);
    }),
    ("an order is not where its history ends", 6, |now, _| now.orders[0].status = "shipped".to_owned()),
    ("an order that somebody was told of is gone", 7, |now, _| drop(now.orders.remove(0))),
    ("a refused purchase made an order", 7, |_, history| {
        history.truncate(1);
        history[0].outcome = refused("insufficient_stock");
    }),
    ("an order has other things than were wanted", 7, |now, _| now.orders[0].lines[0].quantity = 3),
    ("an acknowledged event had no effect", 8, |now, _| {
        now.orders[0].payment = "processing".to_owned();
    }),
];

#[test]
fn each_kind_of_damage_is_found() {
    for (what, invariant, damage) in DAMAGES {
        let (mut now, mut history) = sound();
        damage(&mut now, &mut history);
        let violations = check(&now, &history);
        let found = violations.iter().any(|violation| violation.invariant == invariant);
        assert!(found, "{what}: {invariant} is not among {violations:#?}");
    }
}

#[test]
fn an_event_that_was_acknowledged_and_forgotten_is_found() {
    let (mut now, history) = sound();
    now.recorded.clear();
    assert_eq!(check(&now, &history).iter().map(|violation| violation.invariant).collect::<Vec<_>>(), [8]);
    now.deliveries[0].acknowledged = false;
    assert_eq!(check(&now, &history), []);
}
