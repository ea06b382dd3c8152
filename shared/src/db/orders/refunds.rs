//! How the refunds of an order are stored: with the sum and the state of the payment that follow
//! from them, in the transaction that has read them, so that they always add up.

use super::{Flag, MismatchedPayment, OrderDoc, Orders};
use crate::domain::refund::Ledger;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

impl Orders {
    /// The order that a payment intent is for.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_intent(&self, intent: &str) -> Result<Option<OrderDoc>, Error> {
        self.0.find_one(doc! { "transaction_id": intent }).max_time(crate::db::MAX_TIME).await
    }

    /// Stores what has become of the refunds of an order, in the transaction that has read it. An
    /// order that is not known to be paid keeps the state of its payment: its event is yet to come.
    ///
    /// # Errors
    /// The database's.
    pub async fn store_ledger(
        &self,
        session: &mut ClientSession,
        order: &OrderDoc,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Result<Option<OrderDoc>, Error> {
        let mut set = ledger_fields(ledger)?;
        set.insert("updated_at", now);
        if order.payment.status.is_paid() {
            set.insert("payment.status", ledger.payment_status().map_err(Error::custom)?);
        }
        let mut update = doc! { "$set": set };
        let owes = ledger.has_failed_refund().map_err(Error::custom)?;
        update.insert(if owes { "$addToSet" } else { "$pull" }, doc! { "flags": Flag::RefundFailed });
        let stored = self.0.find_one_and_update(doc! { "_id": order.id }, update);
        stored.return_document(ReturnDocument::After).session(session).await
    }

    /// Notes that a cancelled order was paid and cannot be kept, with the refund that this makes
    /// necessary, in the transaction of the event that told it.
    ///
    /// # Errors
    /// The database's.
    pub async fn record_owed_refund(
        &self,
        session: &mut ClientSession,
        order: &OrderDoc,
        intent: &str,
        mismatch: Option<&MismatchedPayment>,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut set = ledger_fields(ledger)?;
        set.extend(doc! { "transaction_id": intent, "updated_at": now });
        if let Some(mismatch) = mismatch {
            set.insert("mismatched_payment", crate::db::to_bson(mismatch)?);
        }
        set.insert("payment.status", ledger.payment_status().map_err(Error::custom)?);
        self.0.update_one(doc! { "_id": order.id }, doc! { "$set": set }).session(session).await.map(drop)
    }
}

/// What an order holds of its refunds.
pub(super) fn ledger_fields(ledger: &Ledger) -> Result<Document, Error> {
    let refunded = ledger.refunded().map_err(Error::custom)?;
    let restocked = ledger.refunds().iter().any(|refund| refund.restocked);
    let refunds = crate::db::to_bson(&ledger.refunds())?;
    Ok(doc! { "refunds": refunds, "refunded_amount": refunded, "restocked": restocked })
}
