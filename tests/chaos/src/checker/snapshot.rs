//! The data that the invariants are about, read from the database and from Stripe without the shop's code.

use super::accounts::StoredAccount;
use super::disputes::Dispute;
use super::fields::{id, integer, json_text, quantities, subdocuments, text};
use super::notifications::StoredNotification;
use super::products::StoredProduct;
use super::synthetic::left_of_purchases;
use crate::ses::Ses;
use crate::stripe::Stripe;
use futures_util::TryStreamExt;
use mongodb::Database;
use mongodb::bson::{DateTime, Document, doc};
use mongodb::options::ReadConcern;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The state of the shop and of Stripe at a moment without running requests.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// When it was read, in milliseconds since 1970.
    pub taken_at: i64,
    /// The initial stock by SKU.
    pub initial_stock: BTreeMap<String, i64>,
    /// What is left of synthetic purchases: the collection and id of each document.
    pub synthetic: Vec<String>,
    /// The products in the database.
    pub products: Vec<StoredProduct>,
    /// The orders in the database, without tombstones.
    pub orders: Vec<StoredOrder>,
    /// The ids of the events that the shop has recorded.
    pub recorded_events: BTreeSet<String>,
    /// The payment intents at Stripe.
    pub intents: Vec<Intent>,
    /// The refunds at Stripe.
    pub refunds: Vec<StripeRefund>,
    /// The disputes at Stripe.
    pub disputes: Vec<Dispute>,
    /// The events at Stripe.
    pub events: Vec<Event>,
    /// The deliveries of events to the shop.
    pub deliveries: Vec<Delivery>,
    /// The accounts, with their mails.
    pub accounts: Vec<StoredAccount>,
    /// The number of mails that SES has accepted, by notification; `None` for a shop without mail.
    pub mails: Option<BTreeMap<String, i64>>,
}

/// An order in the database.
#[derive(Debug, Clone, Default)]
pub struct StoredOrder {
    /// The id.
    pub id: String,
    /// The order number.
    pub number: String,
    /// The id of the buyer.
    pub user: String,
    /// Whether it belongs to an account that has claimed it from a guest.
    pub is_claimed: bool,
    /// The idempotency key.
    pub key: Option<String>,
    /// The id of the cart, and the number of the purchase of it.
    pub purchase: (String, i64),
    /// The order status.
    pub status: String,
    /// The total, in minor units.
    pub total: i64,
    /// The currency, in upper case.
    pub currency: String,
    /// The items.
    pub lines: Vec<Line>,
    /// The id of the payment intent.
    pub intent: Option<String>,
    /// The status of the payment.
    pub payment: String,
    /// When the reservation time ends, in milliseconds since 1970.
    pub expires_at: i64,
    /// The refunded amount, in minor units.
    pub refunded: i64,
    /// The statuses so far, each with the actor of the transition.
    pub history: Vec<(String, String)>,
    /// The flags.
    pub flags: Vec<String>,
    /// Whether the order itself is marked as restocked.
    pub is_restocked: bool,
    /// The quantities by SKU that its refunds have restocked.
    pub restocked: BTreeMap<String, i64>,
    /// The shop's records of refunds.
    pub refunds: Vec<StoredRefund>,
    /// The notifications of the buyer.
    pub notifications: Vec<StoredNotification>,
}

/// The shop's record of a refund, in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRefund {
    /// The shop's id of the refund.
    pub id: String,
    /// The amount, in minor units.
    pub amount: i64,
    /// The status.
    pub status: String,
    /// Whether the refund has restocked the order.
    pub restocked: bool,
}

/// An item of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The SKU.
    pub sku: String,
    /// The quantity.
    pub quantity: i64,
    /// The price of one, in minor units.
    pub price: i64,
}

/// A payment intent at Stripe.
#[derive(Debug, Clone, Default)]
pub struct Intent {
    /// The id.
    pub id: String,
    /// The id of the order that it was created for.
    pub order: Option<String>,
    /// The status.
    pub status: String,
    /// The amount, in minor units.
    pub amount: i64,
    /// The currency, in lower case.
    pub currency: String,
}

/// A refund at Stripe.
#[derive(Debug, Clone, Default)]
pub struct StripeRefund {
    /// The id.
    pub id: String,
    /// The id of the refunded intent.
    pub intent: String,
    /// The amount, in minor units.
    pub amount: i64,
}

/// An event at Stripe.
#[derive(Debug, Clone, Default)]
pub struct Event {
    /// The id.
    pub id: String,
    /// The type, such as `payment_intent.succeeded`.
    pub kind: String,
    /// The id of the order that its intent was created for.
    pub order: Option<String>,
}

/// A delivery of an event to the shop.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// The id of the event.
    pub event: String,
    /// Whether the shop has responded with a 2xx.
    pub acknowledged: bool,
}

impl Snapshot {
    /// Reads the current state.
    pub(crate) async fn read(
        initial_stock: &BTreeMap<String, i64>,
        database: &Database,
        stripe: &Stripe,
        ses: &Ses,
    ) -> Self {
        let orders = all(database, "orders").await;
        let orders = orders.iter().filter(|order| !order.contains_key("abandoned_at"));
        let events = all(database, "stripe_events").await;
        let intents: Vec<_> = stripe.list("payment_intents").await.iter().map(Intent::of).collect();
        let stripe_events = stripe.list("events").await;
        Self {
            taken_at: DateTime::now().timestamp_millis(),
            initial_stock: initial_stock.clone(),
            synthetic: left_of_purchases(database).await,
            products: all(database, "products").await.iter().map(StoredProduct::of).collect(),
            orders: orders.map(StoredOrder::of).collect(),
            recorded_events: events.iter().map(|event| text(event.get("_id"))).collect(),
            refunds: stripe.list("refunds").await.iter().map(StripeRefund::of).collect(),
            disputes: stripe.list("disputes").await.iter().map(Dispute::of).collect(),
            events: stripe_events.iter().map(|event| Event::of(event, &intents)).collect(),
            deliveries: stripe.deliveries().await.iter().map(Delivery::of).collect(),
            mails: Some(ses.mails()),
            accounts: StoredAccount::read(database).await,
            intents,
        }
    }
}

pub(super) async fn all(database: &Database, collection: &str) -> Vec<Document> {
    let collection = database.collection::<Document>(collection);
    // Some writes of the shop do not wait for a majority, so a majority read could be outdated.
    let found = collection.find(doc! {}).read_concern(ReadConcern::local()).await.expect("a result");
    found.try_collect().await.expect("documents")
}

impl StoredOrder {
    fn of(order: &Document) -> Self {
        let line = |item: &Document| Line {
            sku: text(item.get("sku")),
            quantity: integer(item.get("quantity")),
            price: integer(item.get("price_per_unit")),
        };
        let change = |change: &Document| (text(change.get("status")), text(change.get("by")));
        let refund = |refund: &Document| StoredRefund {
            id: id(refund.get("id")),
            amount: integer(refund.get("amount")),
            status: text(refund.get("status")),
            restocked: refund.get_bool("restocked").unwrap_or(false),
        };
        let refunds: Vec<_> = subdocuments(order, "refunds").map(refund).collect();
        let restocks: i64 = refunds.iter().map(|refund| i64::from(refund.restocked)).sum();
        let restocked = quantities(order).into_iter().map(|(sku, quantity)| (sku, quantity * restocks));
        let flags = order.get_array("flags").into_iter().flatten();
        let payment = order.get_document("payment").ok().and_then(|payment| payment.get("status"));
        Self {
            id: id(order.get("_id")),
            number: text(order.get("order_number")),
            user: id(order.get("user_id")),
            is_claimed: order.get_document("guest").is_ok_and(|guest| guest.contains_key("claimed_at")),
            key: order.get_str("idempotency_key").ok().map(str::to_owned),
            purchase: (id(order.get("cart_id")), integer(order.get("cart_purchase"))),
            status: text(order.get("status")),
            total: integer(order.get("total_amount")),
            currency: text(order.get("currency")),
            lines: subdocuments(order, "items").map(line).collect(),
            intent: order.get_str("transaction_id").ok().map(str::to_owned),
            payment: text(payment),
            expires_at: order.get_datetime("expires_at").map_or(0, |at| at.timestamp_millis()),
            refunded: integer(order.get("refunded_amount")),
            history: subdocuments(order, "status_history").map(change).collect(),
            flags: flags.map(|flag| text(Some(flag))).collect(),
            is_restocked: order.get_bool("restocked").unwrap_or(false),
            restocked: restocked.filter(|(_, quantity)| *quantity > 0).collect(),
            refunds,
            notifications: subdocuments(order, "notifications").map(StoredNotification::of).collect(),
        }
    }
}

impl Intent {
    fn of(intent: &Value) -> Self {
        Self {
            id: json_text(intent, "id"),
            order: intent["metadata"]["order_id"].as_str().map(str::to_owned),
            status: json_text(intent, "status"),
            amount: intent["amount"].as_i64().unwrap_or_default(),
            currency: json_text(intent, "currency"),
        }
    }
}

impl StripeRefund {
    fn of(refund: &Value) -> Self {
        let amount = refund["amount"].as_i64().unwrap_or_default();
        Self { id: json_text(refund, "id"), intent: json_text(refund, "payment_intent"), amount }
    }
}

impl Event {
    fn of(event: &Value, intents: &[Intent]) -> Self {
        let object = &event["data"]["object"];
        let intent = object["payment_intent"].as_str().or_else(|| object["id"].as_str());
        let intent = intents.iter().find(|it| intent == Some(it.id.as_str()));
        Self {
            id: json_text(event, "id"),
            kind: json_text(event, "type"),
            order: intent.and_then(|it| it.order.clone()),
        }
    }
}

impl Delivery {
    fn of(delivery: &Value) -> Self {
        let statuses = delivery["attempts"].as_array().into_iter().flatten().map(|attempt| attempt["status"].as_u64());
        let acknowledged = statuses.flatten().any(|status| (200..300).contains(&status));
        Self { event: json_text(delivery, "event_id"), acknowledged }
    }
}
