//! Corrects tracking data. It is first stored with the transition that ships the order.

use super::{OrderDoc, Orders, Tracking};
use crate::db::MAX_TIME;
use crate::domain::id::OrderId;
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

impl Orders {
    /// Sets the tracking data of an order with a status; `None` when the status has changed, or the personal data of the
    /// buyer was erased, which includes the tracking data.
    pub async fn set_tracking(
        &self,
        id: OrderId,
        status: OrderStatus,
        tracking: &Tracking,
        now: Timestamp,
    ) -> Result<Option<OrderDoc>, Error> {
        let update = doc! { "$set": { "tracking": crate::db::to_bson(tracking)?, "updated_at": now } };
        let stored = self
            .0
            .find_one_and_update(doc! { "_id": id, "status": status, "buyer_erased_at": { "$exists": false } }, update);
        stored.return_document(ReturnDocument::After).max_time(MAX_TIME).await
    }
}
