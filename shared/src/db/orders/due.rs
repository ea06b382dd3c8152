//! Orders that wait for the shop to do something about them. Each finder reads a few, by index.

use super::{Flag, OrderDoc, Orders};
use crate::db::MAX_TIME;
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use bson::doc;
use futures_util::TryStreamExt;
use mongodb::error::Error;

impl Orders {
    /// Unpaid orders that should have been paid by now, the most overdue first.
    ///
    /// # Errors
    /// The database's.
    pub async fn overdue(&self, now: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let filter = doc! { "status": OrderStatus::Pending, "expires_at": { "$lte": now } };
        let found = self.0.find(filter).sort(doc! { "expires_at": 1 }).limit(limit).max_time(MAX_TIME);
        found.await?.try_collect().await
    }

    /// Unpaid orders, not yet overdue, of which nothing was heard since `before`.
    ///
    /// # Errors
    /// The database's.
    pub async fn unheard(&self, now: Timestamp, before: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let filter = doc! {
            "status": OrderStatus::Pending, "expires_at": { "$gt": now }, "updated_at": { "$lt": before },
        };
        let found = self.0.find(filter).sort(doc! { "expires_at": 1 }).limit(limit).max_time(MAX_TIME);
        found.await?.try_collect().await
    }

    /// Cancelled orders whose money is to go back.
    ///
    /// # Errors
    /// The database's.
    pub async fn owing(&self, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        self.0.find(doc! { "flags": Flag::RefundOwed }).limit(limit).max_time(MAX_TIME).await?.try_collect().await
    }

    /// Notes that Stripe had nothing new to tell about an order.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_heard(&self, order: &OrderDoc, now: Timestamp) -> Result<(), Error> {
        let filter = doc! { "_id": order.id, "status": OrderStatus::Pending };
        self.0.update_one(filter, doc! { "$set": { "updated_at": now } }).await.map(drop)
    }
}
