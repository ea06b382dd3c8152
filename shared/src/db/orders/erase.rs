//! What is left of a buyer whose account is gone: an order stays as a record of what was sold, without
//! where it went to.

use super::Orders;
use crate::db::MAX_TIME;
use crate::domain::id::UserId;
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;

/// What stands where somebody lived. Country and state stay: taxes are theirs.
const ERASED: &str = "[erased]";

impl Orders {
    /// Erases the buyer from the orders that have ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn erase_buyer(&self, user: UserId, session: Option<&mut ClientSession>) -> Result<(), Error> {
        let mut filter = unerased(user);
        filter.insert("status", doc! { "$in": [OrderStatus::Delivered, OrderStatus::Cancelled] });
        let update = doc! {
            "$set": {
                "shipping_address.street": ERASED, "shipping_address.city": ERASED, "shipping_address.zip": ERASED,
                "shipping_address.phone": Bson::Null, "tracking": Bson::Null, "payment.client_secret": Bson::Null,
            },
            "$unset": { "idempotency_key": "", "request_digest": "" },
        };
        let update = self.0.update_many(filter, update);
        match session {
            Some(session) => update.session(session).await.map(drop),
            None => update.await.map(drop),
        }
    }

    /// Lets the time to pay run out for what the user has not paid: the scheduled function cancels it.
    ///
    /// # Errors
    /// The database's.
    pub async fn expire_unpaid(
        &self,
        user: UserId,
        now: Timestamp,
        session: Option<&mut ClientSession>,
    ) -> Result<(), Error> {
        let filter = doc! { "user_id": user, "status": OrderStatus::Pending, "expires_at": { "$gt": now } };
        let update = self.0.update_many(filter, doc! { "$set": { "expires_at": now } });
        match session {
            Some(session) => update.session(session).await.map(drop),
            None => update.await.map(drop),
        }
    }

    /// Whether an order still says where the user lived.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_buyer_data(&self, user: UserId) -> Result<bool, Error> {
        let orders = self.0.clone_with_type::<Document>();
        let found = orders.find_one(unerased(user)).projection(doc! { "_id": 1 }).max_time(MAX_TIME);
        found.await.map(|order| order.is_some())
    }
}

fn unerased(user: UserId) -> Document {
    doc! { "user_id": user, "shipping_address.street": { "$ne": ERASED } }
}
