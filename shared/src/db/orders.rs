//! The collection `orders`: permanent records of sales, with names and prices as they were. It also has tombstones
//! under the ids of abandoned checkouts: see `place.rs`.

mod claim;
mod declaration;
mod document;
mod due;
mod erase;
mod filter;
mod flag;
mod guest;
mod notifications;
mod payment;
mod place;
mod refunds;
mod report;
mod summary;
mod synthetic;
mod tracking;
mod transition;
mod unpaid;

pub(super) use declaration::declaration;
pub use document::{MismatchedPayment, OrderDoc, OrderItem, PaymentDoc, StatusChange, Tracking};
pub use filter::{OrderFilter, OrderPosition};
pub use flag::Flag;
pub use guest::Guest;
pub use place::{OrderSlot, Purchase};
pub use report::{CurrencyReport, DayRevenue, OrderReport, StatusCount, TopProduct};
pub use summary::OrderSummaryDoc;
pub use transition::Transition;
pub(super) use unpaid::{Unpaid, lookup_unpaid};

use super::MAX_TIME;
use super::decode::find_page;
use crate::domain::id::{OrderId, UserId};
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::{FindOptions, ReturnDocument};
use mongodb::{ClientSession, Collection, Database};
use serde::de::DeserializeOwned;

/// The unique index on users and idempotency keys.
pub const IDEMPOTENCY_UNIQUE: &str = "idempotency_unique";
/// The unique index on carts and purchase numbers, which admits one order per purchase of a cart.
pub const PURCHASE_UNIQUE: &str = "purchase_unique";
/// The unique index on order numbers.
pub const NUMBER_UNIQUE: &str = "number_unique";

/// The collection `orders`, with the orders of all users. The second field is whether the shop sends mail: otherwise no
/// notification is recorded.
#[derive(Clone)]
pub struct Orders(Collection<OrderDoc>, bool);

/// The orders of one user. It gives no access to others.
pub struct OwnOrders<'a> {
    orders: &'a Orders,
    user: UserId,
}

impl Orders {
    pub(crate) fn new(database: &Database, sends_mail: bool) -> Self {
        Self(database.collection("orders"), sends_mail)
    }

    /// Returns the orders of a user. Handlers call `Customer::orders`.
    pub(crate) const fn of_user(&self, user: UserId) -> OwnOrders<'_> {
        OwnOrders { orders: self, user }
    }

    /// Returns the order with an id, of any user.
    pub async fn get(&self, id: OrderId) -> Result<Option<OrderDoc>, Error> {
        self.0.find_one(placed(id)).max_time(MAX_TIME).await
    }

    /// Returns the order with an id, inside a transaction.
    pub async fn get_in(&self, session: &mut ClientSession, id: OrderId) -> Result<Option<OrderDoc>, Error> {
        self.0.find_one(placed(id)).session(session).await
    }

    /// Inserts an order that no checkout made, such as sample data.
    pub async fn insert(&self, order: &OrderDoc) -> Result<(), Error> {
        self.0.insert_one(order).await.map(drop)
    }

    /// Stores a transition; `None` when the order's status has changed since the transition was checked.
    pub async fn store_transition(
        &self,
        transition: &Transition,
        session: Option<&mut ClientSession>,
    ) -> Result<Option<OrderDoc>, Error> {
        let Transition { order, from, change, fields, require_no_intent, notifications } = transition;
        let mut set = fields.clone();
        set.insert("status", change.status);
        set.insert("updated_at", change.at);
        // Only an unpaid order has a network. Every transition ends that state.
        let mut update = doc! {
            "$set": set, "$unset": { "network": "" }, "$push": { "status_history": crate::db::to_bson(change)? },
        };
        self.notify(&mut update, notifications)?;
        let mut filter = doc! { "_id": order, "status": *from };
        if *require_no_intent {
            filter.insert("transaction_id", bson::Bson::Null);
        }
        let stored = self.0.find_one_and_update(filter, update);
        let stored = stored.return_document(ReturnDocument::After);
        match session {
            Some(session) => stored.session(session).await,
            None => stored.max_time(MAX_TIME).await,
        }
    }

    /// Returns a page of the orders that match the filter, newest first.
    pub async fn list(
        &self,
        filter: &OrderFilter,
        after: Option<&OrderPosition>,
        limit: i64,
    ) -> Result<Vec<OrderDoc>, Error> {
        self.page(filter, after, None, limit).await
    }

    /// Returns a page of the summaries of these orders.
    pub async fn list_summaries(
        &self,
        filter: &OrderFilter,
        after: Option<&OrderPosition>,
        limit: i64,
    ) -> Result<Vec<OrderSummaryDoc>, Error> {
        self.page(filter, after, Some(OrderSummaryDoc::projection()), limit).await
    }

    async fn page<T: DeserializeOwned + Send + Sync + Unpin>(
        &self,
        filter: &OrderFilter,
        after: Option<&OrderPosition>,
        projection: Option<Document>,
        limit: i64,
    ) -> Result<Vec<T>, Error> {
        // An order number has one order. With a sort the server could choose the index of the sort instead.
        let sort = if filter.order_number.is_some() {
            doc! {}
        } else {
            doc! { "created_at": -1, "_id": -1 }
        };
        let mut options = FindOptions::builder().sort(sort).max_time(MAX_TIME).build();
        options.projection = projection;
        find_page(&self.0, filter.document(after), options, limit).await
    }
}

/// Returns the filter for an order, as opposed to a tombstone.
fn placed(id: OrderId) -> Document {
    doc! { "_id": id, "created_at": { "$exists": true } }
}

impl OwnOrders<'_> {
    /// Returns the order with an id, if it is the user's.
    pub async fn get(&self, id: OrderId) -> Result<Option<OrderDoc>, Error> {
        let mut filter = placed(id);
        filter.insert("user_id", self.user);
        self.orders.0.find_one(filter).max_time(MAX_TIME).await
    }

    /// Returns a page of the user's orders, newest first.
    pub async fn list(&self, after: Option<&OrderPosition>, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let own = OrderFilter { user_id: Some(self.user), ..OrderFilter::default() };
        self.orders.list(&own, after, limit).await
    }
}
