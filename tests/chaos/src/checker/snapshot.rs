//! Everything that the invariants are about, read past the shop: from the database as it is stored,
//! and from Stripe's stand-in.

use super::disputes::Dispute;
use super::stored::{documents, id, member, number, pieces, text};
use crate::stripe::Stripe;
use futures_util::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{Document, doc};
use mongodb::options::ReadConcern;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The shop and Stripe at one moment at which nothing happens.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// How many pieces of each SKU there were in the beginning.
    pub initial: BTreeMap<String, i64>,
    /// The products.
    pub products: Vec<ProductNow>,
    /// The orders.
    pub orders: Vec<OrderNow>,
    /// The ids of the events that the shop has recorded.
    pub recorded: BTreeSet<String>,
    /// The payment intents at Stripe.
    pub intents: Vec<Intent>,
    /// The refunds at Stripe.
    pub refunds: Vec<Refund>,
    /// The disputes at Stripe.
    pub disputes: Vec<Dispute>,
    /// The events at Stripe.
    pub events: Vec<Event>,
    /// What was sent of them, as often as it was.
    pub deliveries: Vec<Delivery>,
}

/// A product.
#[derive(Debug, Clone, Default)]
pub struct ProductNow {
    /// Its stock by SKU.
    pub stock: BTreeMap<String, i64>,
    /// What is held of it.
    pub holds: Vec<Hold>,
}

/// Pieces that a checkout has taken and not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// For which order.
    pub order: String,
    /// Of what.
    pub sku: String,
    /// How many.
    pub quantity: i64,
}

/// An order.
#[derive(Debug, Clone, Default)]
pub struct OrderNow {
    /// Its id.
    pub id: String,
    /// What people read out.
    pub number: String,
    /// Who bought.
    pub user: String,
    /// Under which key.
    pub key: Option<String>,
    /// Which cart, and how many orders had taken their lines out of it.
    pub cart: (String, i64),
    /// Its state.
    pub status: String,
    /// Its total, in minor units.
    pub total: i64,
    /// Its currency, in upper case.
    pub currency: String,
    /// What was bought.
    pub lines: Vec<Line>,
    /// Its payment intent.
    pub intent: Option<String>,
    /// How far its payment is.
    pub payment: String,
    /// How much went back, in minor units.
    pub refunded: i64,
    /// Every state it was in, and who brought it there.
    pub history: Vec<(String, String)>,
    /// What an administrator has to look at.
    pub flags: Vec<String>,
    /// Whether it says that its goods are back for sale.
    pub is_restocked: bool,
    /// How many pieces of each SKU its refunds have put back for sale.
    pub restocked: BTreeMap<String, i64>,
    /// Its refunds, as the order has them.
    pub refunds: Vec<RefundNow>,
}

/// A refund, as its order has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundNow {
    /// Its id with the shop.
    pub id: String,
    /// How much, in minor units.
    pub amount: i64,
    /// How far it is.
    pub status: String,
    /// Whether the goods went back into stock with it.
    pub restocked: bool,
}

/// Pieces of one SKU in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of what.
    pub sku: String,
    /// How many.
    pub quantity: i64,
    /// What one costs, in minor units.
    pub price: i64,
}

/// A payment intent.
#[derive(Debug, Clone, Default)]
pub struct Intent {
    /// Its id.
    pub id: String,
    /// The order that it was made for.
    pub order: Option<String>,
    /// How far it is.
    pub status: String,
    /// How much, in minor units.
    pub amount: i64,
    /// In which currency, in lower case.
    pub currency: String,
}

/// A refund.
#[derive(Debug, Clone, Default)]
pub struct Refund {
    /// Its id.
    pub id: String,
    /// Of which intent.
    pub intent: String,
    /// How much, in minor units.
    pub amount: i64,
}

/// An event.
#[derive(Debug, Clone, Default)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// What happened.
    pub kind: String,
    /// The order that it is about, by what the shop wrote on the object.
    pub order: Option<String>,
}

/// An event on its way to the shop.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// Which event.
    pub event: String,
    /// Whether the shop has answered with a 2xx.
    pub acknowledged: bool,
}

impl Snapshot {
    /// Reads everything.
    pub async fn read(initial: &BTreeMap<String, i64>, database: &Database, stripe: &Stripe) -> Self {
        let orders = all(database, "orders").await;
        // Where an order was given up before it came to be, there is a tombstone.
        let orders = orders.into_iter().filter(|order| !order.contains_key("abandoned_at"));
        let orders: Vec<_> = orders.collect();
        let events = all(database, "stripe_events").await;
        let intents: Vec<_> = stripe.list("payment_intents").await.iter().map(Intent::of).collect();
        let stripe_events = stripe.list("events").await;
        Self {
            initial: initial.clone(),
            products: all(database, "products").await.iter().map(ProductNow::of).collect(),
            orders: orders.iter().map(OrderNow::of).collect(),
            recorded: events.iter().map(|event| text(event.get("_id"))).collect(),
            refunds: stripe.list("refunds").await.iter().map(Refund::of).collect(),
            disputes: stripe.list("disputes").await.iter().map(Dispute::of).collect(),
            events: stripe_events.iter().map(|event| Event::of(event, &intents)).collect(),
            deliveries: stripe.deliveries().await.iter().map(Delivery::of).collect(),
            intents,
        }
    }
}

async fn all(database: &Database, collection: &str) -> Vec<Document> {
    let collection = database.collection::<Document>(collection);
    // Not every write of the shop waits for a majority, and what a majority has may be a moment old.
    let found = collection.find(doc! {}).read_concern(ReadConcern::local()).await.expect("an answer");
    found.try_collect().await.expect("documents")
}

impl ProductNow {
    fn of(product: &Document) -> Self {
        let stock = documents(product, "variants")
            .map(|variant| (text(variant.get("sku")), number(variant.get("stock_quantity"))))
            .collect();
        let hold = |hold: &Document| Hold {
            order: id(hold.get("order_id")),
            sku: text(hold.get("sku")),
            quantity: number(hold.get("quantity")),
        };
        Self { stock, holds: documents(product, "holds").map(hold).collect() }
    }
}

impl OrderNow {
    fn of(order: &Document) -> Self {
        let line = |item: &Document| Line {
            sku: text(item.get("sku")),
            quantity: number(item.get("quantity")),
            price: number(item.get("price_per_unit")),
        };
        let change = |change: &Document| (text(change.get("status")), text(change.get("by")));
        let refund = |refund: &Document| RefundNow {
            id: id(refund.get("id")),
            amount: number(refund.get("amount")),
            status: text(refund.get("status")),
            restocked: refund.get_bool("restocked").unwrap_or(false),
        };
        let refunds: Vec<_> = documents(order, "refunds").map(refund).collect();
        let times: i64 = refunds.iter().map(|refund| i64::from(refund.restocked)).sum();
        let restocked = pieces(order).into_iter().map(|(sku, pieces)| (sku, pieces * times));
        let flags = order.get_array("flags").into_iter().flatten();
        let payment = order.get_document("payment").ok().and_then(|payment| payment.get("status"));
        Self {
            id: id(order.get("_id")),
            number: text(order.get("order_number")),
            user: id(order.get("user_id")),
            key: order.get_str("idempotency_key").ok().map(str::to_owned),
            cart: (id(order.get("cart_id")), number(order.get("cart_purchase"))),
            status: text(order.get("status")),
            total: number(order.get("total_amount")),
            currency: text(order.get("currency")),
            lines: documents(order, "items").map(line).collect(),
            intent: order.get_str("transaction_id").ok().map(str::to_owned),
            payment: text(payment),
            refunded: number(order.get("refunded_amount")),
            history: documents(order, "status_history").map(change).collect(),
            flags: flags.map(|flag| text(Some(flag))).collect(),
            is_restocked: order.get_bool("restocked").unwrap_or(false),
            restocked: restocked.filter(|(_, pieces)| *pieces > 0).collect(),
            refunds,
        }
    }
}

impl Intent {
    fn of(intent: &Value) -> Self {
        Self {
            id: member(intent, "id"),
            order: intent["metadata"]["order_id"].as_str().map(str::to_owned),
            status: member(intent, "status"),
            amount: intent["amount"].as_i64().unwrap_or_default(),
            currency: member(intent, "currency"),
        }
    }
}

impl Refund {
    fn of(refund: &Value) -> Self {
        let amount = refund["amount"].as_i64().unwrap_or_default();
        Self { id: member(refund, "id"), intent: member(refund, "payment_intent"), amount }
    }
}

impl Event {
    fn of(event: &Value, intents: &[Intent]) -> Self {
        let object = &event["data"]["object"];
        let intent = object["payment_intent"].as_str().or_else(|| object["id"].as_str());
        let intent = intents.iter().find(|known| intent == Some(known.id.as_str()));
        Self { id: member(event, "id"), kind: member(event, "type"), order: intent.and_then(|it| it.order.clone()) }
    }
}

impl Delivery {
    fn of(delivery: &Value) -> Self {
        let statuses = delivery["attempts"].as_array().into_iter().flatten().map(|attempt| attempt["status"].as_u64());
        let acknowledged = statuses.flatten().any(|status| (200..300).contains(&status));
        Self { event: member(delivery, "event_id"), acknowledged }
    }
}
