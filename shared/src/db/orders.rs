//! The collection `orders`: permanent records of sales. Names and prices are frozen into them. The
//! reservations that become orders live in the same collection: see `reservations.rs`.

mod declaration;
mod filter;
mod report;

pub(super) use declaration::declaration;
pub use filter::{OrderFilter, OrderPosition};
pub use report::{DayRevenue, OrderReport, StatusCount, TopProduct};

use super::MAX_TIME;
use crate::auth::Customer;
use crate::domain::address::Address;
use crate::domain::cart::PricedLine;
use crate::domain::id::{CartId, OrderId, ProductId, UserId};
use crate::domain::money::{Currency, Money};
use crate::domain::order::{Actor, InvalidTransition, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::domain::quantity::Quantity;
use crate::domain::sku::Sku;
use crate::domain::text::{Label, ProductName};
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};

/// The unique index on a user's idempotency keys.
pub const IDEMPOTENCY_UNIQUE: &str = "idempotency_unique";
/// The unique index on the versions of carts: each is bought once.
pub const CART_UNIQUE: &str = "cart_unique";
/// The unique index on the numbers that people read out.
pub const NUMBER_UNIQUE: &str = "number_unique";

/// An order as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderDoc {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// What people read out.
    pub order_number: String,
    /// Who bought.
    pub user_id: UserId,
    /// The payment intent at Stripe, once there is one.
    pub transaction_id: Option<String>,
    /// Where the order is in its life.
    pub status: OrderStatus,
    /// The sum of its lines.
    pub total_amount: Money,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is cancelled if it is not paid.
    pub expires_at: Timestamp,
    /// Where the parcel goes: the address as it was then.
    pub shipping_address: Address,
    /// What was bought, with names and prices as they were then.
    pub items: Vec<OrderItem>,
    /// How far the payment has come.
    pub payment: PaymentDoc,
    /// How much went back to the buyer.
    pub refunded_amount: Money,
    /// Where the parcel is.
    pub tracking: Option<Tracking>,
    /// Every state the order was in.
    pub status_history: Vec<StatusChange>,
    /// What an administrator has to look at, such as a payment of another amount.
    pub flags: Vec<String>,
    /// The cart that was bought.
    pub cart_id: CartId,
    /// The version of it.
    pub cart_version: i64,
    /// The key of the request, for 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// A digest of that request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_digest: Option<String>,
}

/// A line of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderItem {
    /// Which product.
    pub product_id: ProductId,
    /// What it was called.
    pub name: ProductName,
    /// Which variant.
    pub sku: Sku,
    /// Its size.
    pub size: Option<Label>,
    /// Its colour.
    pub color: Option<Label>,
    /// How many.
    pub quantity: Quantity,
    /// What one piece cost.
    pub price_per_unit: Money,
}

impl OrderItem {
    /// The line as what it costs.
    #[must_use]
    pub const fn priced(&self) -> PricedLine {
        PricedLine { quantity: self.quantity, unit_price: self.price_per_unit }
    }
}

/// The payment of an order as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentDoc {
    /// How far it has come.
    pub status: PaymentStatus,
    /// With what the buyer's browser pays the intent.
    pub client_secret: Option<ClientSecret>,
}

/// The client secret of a payment intent. It never prints.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// The secret, for its buyer alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for ClientSecret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

/// Where a parcel is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tracking {
    /// Who carries it.
    pub carrier: Label,
    /// The carrier's number for it.
    pub number: Label,
    /// Where its way can be watched.
    pub url: Option<String>,
}

/// One step of an order's life.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct StatusChange {
    /// The state it came to.
    pub status: OrderStatus,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
}

/// A move of an order that was checked and is not stored yet.
#[derive(Debug, Clone)]
pub struct Move {
    order: OrderId,
    from: OrderStatus,
    change: StatusChange,
    also: Document,
}

impl OrderDoc {
    /// Checks a move of this order.
    ///
    /// # Errors
    /// [`InvalidTransition`]
    pub fn go_to(&self, status: OrderStatus, by: Actor, at: Timestamp) -> Result<Move, InvalidTransition> {
        let status = self.status.go_to(status)?;
        Ok(Move { order: self.id, from: self.status, change: StatusChange { status, at, by }, also: doc! {} })
    }
}

impl Move {
    /// Sets the payment's status with the move.
    #[must_use]
    pub fn with_payment(mut self, status: PaymentStatus) -> Self {
        self.also.insert("payment.status", bson::serialize_to_bson(&status).unwrap_or_default());
        self
    }

    /// Sets the payment intent with the move.
    #[must_use]
    pub fn with_intent(mut self, intent: &str) -> Self {
        self.also.insert("transaction_id", intent);
        self
    }

    /// Sets the tracking with the move.
    ///
    /// # Errors
    /// When it cannot be written as BSON.
    pub fn with_tracking(mut self, tracking: &Tracking) -> Result<Self, bson::error::Error> {
        self.also.insert("tracking", bson::serialize_to_bson(tracking)?);
        Ok(self)
    }
}

/// The orders, all of them.
#[derive(Clone)]
pub struct Orders(Collection<OrderDoc>);

/// The orders of one customer. There is no way to another's from here.
pub struct OwnOrders<'a> {
    orders: &'a Orders,
    user: UserId,
}

impl Orders {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("orders"))
    }

    /// The orders of that customer.
    #[must_use]
    pub const fn of(&self, customer: &Customer) -> OwnOrders<'_> {
        OwnOrders { orders: self, user: customer.id() }
    }

    /// The order with that id, whoever bought it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get(&self, id: OrderId) -> Result<Option<OrderDoc>, Error> {
        self.0.find_one(doc! { "_id": id, "created_at": { "$exists": true } }).max_time(MAX_TIME).await
    }

    /// Stores a finished order that no checkout made, such as one for demonstration.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert(&self, order: &OrderDoc) -> Result<(), Error> {
        self.0.insert_one(order).await.map(drop)
    }

    /// Stores a move; `None` when the order has left the state from which it was checked.
    ///
    /// # Errors
    /// The database's.
    pub async fn store_move(
        &self,
        order_move: &Move,
        session: Option<&mut ClientSession>,
    ) -> Result<Option<OrderDoc>, Error> {
        let Move { order, from, change, also } = order_move;
        let mut set = also.clone();
        set.insert("status", change.status);
        set.insert("updated_at", change.at);
        let update = doc! { "$set": set, "$push": { "status_history": bson::serialize_to_bson(change)? } };
        let stored = self.0.find_one_and_update(doc! { "_id": order, "status": *from }, update);
        let stored = stored.return_document(ReturnDocument::After);
        match session {
            Some(session) => stored.session(session).await,
            None => stored.max_time(MAX_TIME).await,
        }
    }

    /// Notes the payment intent of an order that has none yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn attach_intent(
        &self,
        id: OrderId,
        intent: &str,
        client_secret: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<OrderDoc>, Error> {
        let filter = doc! { "_id": id, "created_at": { "$exists": true }, "transaction_id": { "$in": [null, intent] } };
        let set = doc! { "transaction_id": intent, "payment.client_secret": client_secret, "updated_at": now };
        let stored = self.0.find_one_and_update(filter, doc! { "$set": set });
        stored.return_document(ReturnDocument::After).max_time(MAX_TIME).await
    }

    /// Notes how far the payment of a pending order has come, in the transaction of its event.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_payment_status(
        &self,
        session: &mut ClientSession,
        id: OrderId,
        status: PaymentStatus,
        now: Timestamp,
    ) -> Result<(), Error> {
        let set = doc! { "payment.status": bson::serialize_to_bson(&status)?, "updated_at": now };
        self.0
            .update_one(doc! { "_id": id, "status": "pending" }, doc! { "$set": set })
            .session(session)
            .await
            .map(drop)
    }

    /// Marks an order for an administrator to look at, in the transaction of the event that showed it.
    ///
    /// # Errors
    /// The database's.
    pub async fn flag(
        &self,
        session: &mut ClientSession,
        id: OrderId,
        flag: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let update = doc! { "$addToSet": { "flags": flag }, "$set": { "updated_at": now } };
        self.0.update_one(doc! { "_id": id }, update).session(session).await.map(drop)
    }

    /// One page of the orders that match, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        filter: &OrderFilter,
        after: Option<&OrderPosition>,
        limit: i64,
    ) -> Result<Vec<OrderDoc>, Error> {
        let found = self.0.find(filter.document(after)).sort(doc! { "created_at": -1, "_id": -1 });
        found.limit(limit).max_time(MAX_TIME).await?.try_collect().await
    }
}

impl OwnOrders<'_> {
    /// The order with that id, if it is the customer's own.
    ///
    /// # Errors
    /// The database's.
    pub async fn get(&self, id: OrderId) -> Result<Option<OrderDoc>, Error> {
        let filter = doc! { "_id": id, "user_id": self.user, "created_at": { "$exists": true } };
        self.orders.0.find_one(filter).max_time(MAX_TIME).await
    }

    /// One page of them, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, after: Option<&OrderPosition>, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let own = OrderFilter { user_id: Some(self.user), ..OrderFilter::default() };
        self.orders.list(&own, after, limit).await
    }
}
