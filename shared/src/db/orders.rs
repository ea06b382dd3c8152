//! The collection `orders`: permanent records of sales. Names and prices are frozen into them. Where an
//! order was given up before it came to be, there is a tombstone for a while: see `place.rs`.

mod declaration;
mod document;
mod due;
mod erase;
mod filter;
mod payment;
mod place;
mod refunds;
mod report;
mod tracking;
mod transition;

pub(super) use declaration::declaration;
pub use document::{Flag, MismatchedPayment, OrderDoc, OrderItem, PaymentDoc, StatusChange, Tracking};
pub use filter::{OrderFilter, OrderPosition};
pub use place::{OrderSlot, Purchase};
pub use report::{DayRevenue, OrderReport, StatusCount, TopProduct};
pub use transition::Transition;

use super::MAX_TIME;
use crate::domain::id::{OrderId, UserId};
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{ClientSession, Collection, Database};

/// The unique index on a user's idempotency keys.
pub const IDEMPOTENCY_UNIQUE: &str = "idempotency_unique";
/// The unique index on the purchases of carts: what is in a cart is bought once.
pub const PURCHASE_UNIQUE: &str = "purchase_unique";
/// The unique index on the numbers that people read out.
pub const NUMBER_UNIQUE: &str = "number_unique";

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

    /// The orders of that user. Handlers get at them through `Customer::orders`.
    pub(crate) const fn of_user(&self, user: UserId) -> OwnOrders<'_> {
        OwnOrders { orders: self, user }
    }

    /// The order with that id, whoever bought it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get(&self, id: OrderId) -> Result<Option<OrderDoc>, Error> {
        self.0.find_one(placed(id)).max_time(MAX_TIME).await
    }

    /// The order with that id, as a transaction sees it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_in(&self, session: &mut ClientSession, id: OrderId) -> Result<Option<OrderDoc>, Error> {
        self.0.find_one(placed(id)).session(session).await
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
    pub async fn store_transition(
        &self,
        transition: &Transition,
        session: Option<&mut ClientSession>,
    ) -> Result<Option<OrderDoc>, Error> {
        let Transition { order, from, change, also, unless_intent } = transition;
        let mut set = also.clone();
        set.insert("status", change.status);
        set.insert("updated_at", change.at);
        let update = doc! { "$set": set, "$push": { "status_history": crate::db::to_bson(change)? } };
        let mut filter = doc! { "_id": order, "status": *from };
        if *unless_intent {
            filter.insert("transaction_id", bson::Bson::Null);
        }
        let stored = self.0.find_one_and_update(filter, update);
        let stored = stored.return_document(ReturnDocument::After);
        match session {
            Some(session) => stored.session(session).await,
            None => stored.max_time(MAX_TIME).await,
        }
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
        // The one order of a number needs no sorting, for which its index would be no help.
        let sort = if filter.order_number.is_some() {
            doc! {}
        } else {
            doc! { "created_at": -1, "_id": -1 }
        };
        let found = self.0.find(filter.document(after)).sort(sort);
        found.limit(limit).max_time(MAX_TIME).await?.try_collect().await
    }
}

/// The order with that id, and not its tombstone.
fn placed(id: OrderId) -> Document {
    doc! { "_id": id, "created_at": { "$exists": true } }
}

impl OwnOrders<'_> {
    /// The order with that id, if it is the customer's own.
    ///
    /// # Errors
    /// The database's.
    pub async fn get(&self, id: OrderId) -> Result<Option<OrderDoc>, Error> {
        let mut filter = placed(id);
        filter.insert("user_id", self.user);
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
