//! Orders that wait for the shop to do something about them. Each finder reads a few, by index, and
//! those that it has not looked at for longest: what cannot be helped stands in nobody's way.

use super::{OrderDoc, Orders};
use crate::db::MAX_TIME;
use crate::domain::id::OrderId;
use crate::domain::order::OrderStatus;
use crate::domain::refund::RefundStatus;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;

impl Orders {
    /// Unpaid orders that should have been paid by now.
    ///
    /// # Errors
    /// The database's.
    pub async fn overdue(&self, now: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        self.due(doc! { "status": OrderStatus::Pending, "expires_at": { "$lte": now } }, limit).await
    }

    /// Unpaid orders at which nobody has looked since `before`.
    ///
    /// # Errors
    /// The database's.
    pub async fn unreconciled(&self, before: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        self.due(doc! { "status": OrderStatus::Pending, "checked_at": { "$lt": before } }, limit).await
    }

    /// Orders with a refund that has not come to its end. Those where only a bank is waited for come
    /// when nobody has looked at them since `before`.
    ///
    /// # Errors
    /// The database's.
    pub async fn with_open_refunds(&self, before: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let unsent = doc! { "refunds": { "$elemMatch": { "status": RefundStatus::Pending, "stripe_id": null } } };
        let either = [unsent, doc! { "checked_at": { "$lt": before } }];
        self.due(doc! { "refunds.status": RefundStatus::Pending, "$or": either.to_vec() }, limit).await
    }

    /// Notes that an order is being looked at.
    ///
    /// # Errors
    /// The database's.
    pub async fn mark_checked(&self, id: OrderId, now: Timestamp) -> Result<(), Error> {
        self.0.update_one(doc! { "_id": id }, doc! { "$set": { "checked_at": now } }).await.map(drop)
    }

    async fn due(&self, filter: Document, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let found = self.0.find(filter).sort(doc! { "checked_at": 1 }).limit(limit).max_time(MAX_TIME);
        found.await?.try_collect().await
    }
}
