//! What is noted of the payment of an order, beside the moves that it causes.

use super::{Flag, OrderDoc, Orders};
use crate::db::MAX_TIME;
use crate::domain::id::OrderId;
use crate::domain::payment::{ClientSecret, PaymentStatus};
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

impl Orders {
    /// Notes the payment intent of a pending order that has none yet; `None` when it is not pending.
    ///
    /// # Errors
    /// The database's.
    pub async fn attach_intent(
        &self,
        id: OrderId,
        intent: &str,
        client_secret: Option<&ClientSecret>,
        now: Timestamp,
    ) -> Result<Option<OrderDoc>, Error> {
        let filter = doc! { "_id": id, "status": "pending", "transaction_id": { "$in": [null, intent] } };
        let secret = client_secret.map(ClientSecret::expose);
        let set = doc! { "transaction_id": intent, "payment.client_secret": secret, "updated_at": now };
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
        let pending = doc! { "_id": id, "status": "pending" };
        let set = doc! { "$set": { "payment.status": status, "updated_at": now } };
        self.0.update_one(pending, set).session(session).await.map(drop)
    }

    /// Notes how far the payment of a pending order has come, as Stripe has answered, unless something else was noted
    /// since Stripe was asked.
    ///
    /// # Errors
    /// The database's.
    pub async fn correct_payment_status(
        &self,
        asked: &OrderDoc,
        status: PaymentStatus,
        now: Timestamp,
    ) -> Result<(), Error> {
        let unchanged = doc! { "_id": asked.id, "status": "pending", "payment.status": asked.payment.status };
        let set = doc! { "$set": { "payment.status": status, "updated_at": now } };
        self.0.update_one(unchanged, set).await.map(drop)
    }

    /// Notes that Stripe gives no intent under the latest idempotency key, so that the next one is
    /// used, unless somebody has noted that.
    ///
    /// # Errors
    /// The database's.
    pub async fn advance_idempotency_key(&self, id: OrderId, idempotency_attempt: i64) -> Result<(), Error> {
        let filter = doc! { "_id": id, "status": "pending", "payment.idempotency_attempt": idempotency_attempt };
        let update = doc! { "$set": { "payment.idempotency_attempt": idempotency_attempt.saturating_add(1) } };
        self.0.update_one(filter, update).await.map(drop)
    }

    /// Marks an order for an administrator to look at, in the transaction of the event that showed it.
    ///
    /// # Errors
    /// The database's.
    pub async fn flag(
        &self,
        session: &mut ClientSession,
        id: OrderId,
        flag: Flag,
        now: Timestamp,
    ) -> Result<(), Error> {
        let update = doc! { "$addToSet": { "flags": flag }, "$set": { "updated_at": now } };
        self.0.update_one(doc! { "_id": id }, update).session(session).await.map(drop)
    }

    /// Marks an order as disputed or takes that mark away, as Stripe has answered, in the
    /// transaction that has looked whether another answer was stored since Stripe was asked.
    ///
    /// # Errors
    /// The database's.
    pub async fn store_disputes(
        &self,
        session: &mut ClientSession,
        id: OrderId,
        is_disputed: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mark = if is_disputed { "$addToSet" } else { "$pull" };
        let update = doc! {
            mark: { "flags": Flag::Disputed }, "$set": { "updated_at": now }, "$inc": { "disputes_stored": 1_i64 },
        };
        self.0.update_one(doc! { "_id": id }, update).session(session).await.map(drop)
    }
}
