//! Updates of an order's payment and flags that are no transitions.

use super::refunds::ledger_fields;
use super::{Flag, OrderDoc, Orders};
use crate::db::MAX_TIME;
use crate::domain::dispute::{self, Dispute};
use crate::domain::id::OrderId;
use crate::domain::payment::{ClientSecret, PaymentFailure, PaymentStatus};
use crate::domain::refund::Ledger;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

impl Orders {
    /// Stores the payment intent of a pending order; `None` when the order is not pending or has another intent.
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

    /// Sets the payment status of a pending order, inside the transaction that has read it.
    pub async fn set_payment_status(
        &self,
        session: &mut ClientSession,
        order: &OrderDoc,
        status: PaymentStatus,
        failure: Option<&PaymentFailure>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let pending = doc! { "_id": order.id, "status": "pending" };
        let mut update = doc! { "$set": status_fields(status, failure, now)? };
        self.notify(&mut update, order.failure_notification(status, now).as_slice())?;
        self.0.update_one(pending, update).session(session).await.map(drop)
    }

    /// Sets the payment status of a pending order to a status retrieved from Stripe, unless it has changed since
    /// `before` was read.
    pub async fn correct_payment_status(
        &self,
        before: &OrderDoc,
        status: PaymentStatus,
        failure: Option<&PaymentFailure>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let unchanged = doc! { "_id": before.id, "status": "pending", "payment.status": before.payment.status };
        let mut update = doc! { "$set": status_fields(status, failure, now)? };
        self.notify(&mut update, before.failure_notification(status, now).as_slice())?;
        self.0.update_one(unchanged, update).await.map(drop)
    }

    /// Advances a pending order to its next idempotency key, because Stripe creates no intent under the current one.
    /// Has no effect if a concurrent request has done so.
    pub async fn advance_idempotency_key(&self, id: OrderId, idempotency_attempt: i64) -> Result<(), Error> {
        let filter = doc! { "_id": id, "status": "pending", "payment.idempotency_attempt": idempotency_attempt };
        let update = doc! { "$set": { "payment.idempotency_attempt": idempotency_attempt.saturating_add(1) } };
        self.0.update_one(filter, update).await.map(drop)
    }

    /// Flags an order, inside a transaction.
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

    /// Stores the disputes of an order with the flag and the ledger that follow from them, inside the transaction that
    /// has read the order.
    pub async fn store_disputes(
        &self,
        session: &mut ClientSession,
        order: &OrderDoc,
        disputes: &[Dispute],
        ledger: &Ledger,
        now: Timestamp,
    ) -> Result<(), Error> {
        let is_disputed = dispute::blocks_shipping(disputes);
        let has_failed = ledger.has_failed_refund().map_err(Error::custom)?;
        let following = [(Flag::Disputed, is_disputed), (Flag::RefundFailed, has_failed)];
        let others = order.flags.iter().copied().filter(|flag| following.iter().all(|(other, _)| other != flag));
        let flags: Vec<Flag> =
            others.chain(following.iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| *flag)).collect();
        let mut set = ledger_fields(ledger)?;
        set.extend(doc! { "disputes": crate::db::to_bson(&disputes)?, "flags": flags, "updated_at": now });
        let update = doc! { "$set": set, "$inc": { "disputes_stored": 1_i64 } };
        self.0.update_one(doc! { "_id": order.id }, update).session(session).await.map(drop)
    }
}

/// Returns the fields that change with the payment status of a pending order.
fn status_fields(
    status: PaymentStatus,
    failure: Option<&PaymentFailure>,
    now: Timestamp,
) -> Result<Document, bson::error::Error> {
    let failure = crate::db::to_bson(&failure)?;
    Ok(doc! { "payment.status": status, "payment.failure": failure, "updated_at": now })
}
