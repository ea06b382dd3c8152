//! Erases the personal data of deleted accounts. The orders remain as records of the sales.

use super::Orders;
use crate::db::MAX_TIME;
use crate::domain::id::UserId;
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;

impl Orders {
    /// Erases the personal data from a user's delivered and cancelled orders.
    ///
    /// The address is replaced as a whole, so that no field of it is forgotten. State and country remain, because taxes
    /// depend on them. An idempotency key of a refund remains, because it prevents that the refund is sent twice.
    pub async fn erase_buyer(
        &self,
        user: UserId,
        now: Timestamp,
        session: Option<&mut ClientSession>,
    ) -> Result<(), Error> {
        let mut filter = unerased(user);
        filter.insert("status", doc! { "$in": [OrderStatus::Delivered, OrderStatus::Cancelled] });
        let address = |field: &str| format!("$shipping_address.{field}");
        let no_reason = doc! {
            "reason": Bson::Null,
            "request": { "$cond": [
                { "$eq": [{ "$type": "$$refund.request" }, "object"] },
                { "$mergeObjects": ["$$refund.request", { "reason": Bson::Null }] },
                Bson::Null,
            ] },
        };
        let refunds = doc! { "$map": {
            "input": "$refunds", "as": "refund", "in": { "$mergeObjects": ["$$refund", no_reason] },
        } };
        let update = vec![
            doc! { "$set": { "buyer_erased_at": now, "refunds": refunds } },
            // `$set` would merge the new address into the old one.
            doc! { "$replaceWith": { "$setField": { "field": "shipping_address", "input": "$$ROOT", "value": {
                "type": address("type"), "state": address("state"), "country": address("country"),
            } } } },
            doc! { "$set": { "tracking": Bson::Null, "payment.client_secret": Bson::Null } },
            doc! { "$unset": ["idempotency_key", "request_digest", "network", "guest", "notifications"] },
        ];
        let update = self.0.update_many(filter, update);
        match session {
            Some(session) => update.session(session).await.map(drop),
            None => update.await.map(drop),
        }
    }

    /// Expires the unpaid orders of a user, so that `maintenance` cancels them.
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

    /// Returns whether an order still has personal data of a user.
    pub async fn has_buyer_data(&self, user: UserId) -> Result<bool, Error> {
        let orders = self.0.clone_with_type::<Document>();
        let found = orders.find_one(unerased(user)).projection(doc! { "_id": 1 }).max_time(MAX_TIME);
        found.await.map(|order| order.is_some())
    }
}

fn unerased(user: UserId) -> Document {
    doc! { "user_id": user, "buyer_erased_at": { "$exists": false } }
}
