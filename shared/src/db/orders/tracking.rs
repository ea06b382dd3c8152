//! Where a parcel is: noted with the move that ships it, or corrected later.

use super::{OrderDoc, Orders, Tracking};
use crate::db::MAX_TIME;
use crate::domain::id::OrderId;
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

impl Orders {
    /// Corrects the tracking of an order in that state; `None` when it has left it.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_tracking(
        &self,
        id: OrderId,
        status: OrderStatus,
        tracking: &Tracking,
        now: Timestamp,
    ) -> Result<Option<OrderDoc>, Error> {
        let update = doc! { "$set": { "tracking": crate::db::to_bson(tracking)?, "updated_at": now } };
        let stored = self.0.find_one_and_update(doc! { "_id": id, "status": status }, update);
        stored.return_document(ReturnDocument::After).max_time(MAX_TIME).await
    }
}
