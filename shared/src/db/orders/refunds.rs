//! Stores the refunds of an order together with their sum and the payment status, inside the transaction that has read
//! them, so that they are always consistent.

use super::{Flag, MismatchedPayment, OrderDoc, Orders};
use crate::domain::refund::Ledger;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

impl Orders {
    /// Returns the order of a payment intent.
    pub async fn by_intent(&self, intent: &str) -> Result<Option<OrderDoc>, Error> {
        self.0.find_one(doc! { "transaction_id": intent }).max_time(crate::db::MAX_TIME).await
    }

    /// Stores the ledger of an order, inside the transaction that has read it; `None` when there is no such order.
    ///
    /// An order that is not marked as paid keeps its payment status, because the event of its payment is still to come.
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
        let has_failed = ledger.has_failed_refund().map_err(Error::custom)?;
        update.insert(if has_failed { "$addToSet" } else { "$pull" }, doc! { "flags": Flag::RefundFailed });
        self.notify(&mut update, &order.refund_notifications(ledger, now))?;
        let stored = self.0.find_one_and_update(doc! { "_id": order.id }, update);
        stored.return_document(ReturnDocument::After).session(session).await
    }

    /// Records the payment of a cancelled order and its refund, inside a transaction.
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
        let mut update = doc! { "$set": set };
        self.notify(&mut update, &order.refund_notifications(ledger, now))?;
        self.0.update_one(doc! { "_id": order.id }, update).session(session).await.map(drop)
    }
}

/// Returns the fields of an order that follow from its ledger.
pub(super) fn ledger_fields(ledger: &Ledger) -> Result<Document, Error> {
    let refunded = ledger.refunded().map_err(Error::custom)?;
    let restocked = ledger.refunds().iter().any(|refund| refund.restocked);
    let refunds = crate::db::to_bson(&ledger.refunds())?;
    Ok(doc! { "refunds": refunds, "refunded_amount": refunded, "restocked": restocked })
}
