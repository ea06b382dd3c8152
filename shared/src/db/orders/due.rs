//! Queries for orders that need processing by `maintenance`. Each query returns the least recently checked orders, by
//! index, so that an order that cannot be processed does not block others.

use super::{OrderDoc, Orders};
use crate::db::MAX_TIME;
use crate::db::decode::find_page;
use crate::domain::id::OrderId;
use crate::domain::order::OrderStatus;
use crate::domain::refund::RefundStatus;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::FindOptions;

impl Orders {
    /// Returns unpaid orders that have expired.
    pub async fn overdue(&self, now: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        self.due(doc! { "status": OrderStatus::Pending, "expires_at": { "$lte": now } }, limit).await
    }

    /// Returns unpaid orders that were last checked before `before`.
    pub async fn unreconciled(&self, before: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        self.due(doc! { "status": OrderStatus::Pending, "checked_at": { "$lt": before } }, limit).await
    }

    /// Returns orders with a pending refund: unsent, or last checked before `before`.
    pub async fn with_open_refunds(&self, before: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let unsent = doc! { "refunds": { "$elemMatch": { "status": RefundStatus::Pending, "stripe_id": null } } };
        let either = [unsent, doc! { "checked_at": { "$lt": before } }];
        self.due(doc! { "refunds.status": RefundStatus::Pending, "$or": either.to_vec() }, limit).await
    }

    /// Records that an order is being checked.
    pub async fn mark_checked(&self, id: OrderId, now: Timestamp) -> Result<(), Error> {
        self.0.update_one(doc! { "_id": id }, doc! { "$set": { "checked_at": now } }).await.map(drop)
    }

    async fn due(&self, filter: Document, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let options = FindOptions::builder().sort(doc! { "checked_at": 1 }).max_time(MAX_TIME).build();
        find_page(&self.0, filter, options, limit).await
    }
}
