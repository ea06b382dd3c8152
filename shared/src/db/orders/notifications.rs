//! The notifications of orders. Each is added by the update that makes it due.

use super::{OrderDoc, Orders};
use crate::db::{new_id, notifications};
use crate::domain::id::{NotificationId, OrderId};
use crate::domain::notification::{Notification, NotificationKind, NotificationOutcome};
use crate::domain::payment::PaymentStatus;
use crate::domain::refund::{Ledger, Refund, RefundStatus};
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use std::time::Duration;

impl Orders {
    /// Returns orders with a notification that is due, or whose attempt has crashed, earliest due time first.
    pub async fn with_due_notifications(&self, now: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        notifications::find_due(&self.0, now, limit).await
    }

    /// Returns the age of the oldest notification that has not ended.
    pub async fn oldest_notification_age(&self, now: Timestamp) -> Result<Option<Duration>, Error> {
        notifications::oldest_age(&self.0, now).await
    }

    /// Leases a notification for an attempt to send it, and returns its order as it is then; `None` if another run has leased or
    /// ended it.
    pub async fn lease_notification(
        &self,
        order: OrderId,
        notification: &Notification,
        now: Timestamp,
    ) -> Result<Option<OrderDoc>, Error> {
        notifications::lease(&self.0, order, notification, now).await
    }

    /// Stores the result of an attempt to send a leased notification, and returns it: the last one that fails has failed for good.
    pub async fn end_notification(
        &self,
        order: OrderId,
        notification: &Notification,
        outcome: NotificationOutcome,
        now: Timestamp,
    ) -> Result<NotificationOutcome, Error> {
        notifications::end(&self.0, order, notification, outcome, now).await
    }

    /// Ends the notifications from this time or earlier that have not ended, and returns the number of their orders.
    pub async fn end_notifications(&self, until: Timestamp, now: Timestamp) -> Result<u64, Error> {
        notifications::end_until(&self.0, until, now).await
    }

    /// Adds a notification about the same as one that has ended, and returns it. While such a notification is on its way, that one
    /// is returned. `None` if the order has no such notification, or the shop sends no mail.
    pub async fn resend_notification(
        &self,
        order: OrderId,
        notification: NotificationId,
        now: Timestamp,
    ) -> Result<Option<Notification>, Error> {
        let Some(current) = self.get(order).await?.filter(|_| self.1) else { return Ok(None) };
        let Some(earlier) = current.notifications.iter().find(|it| it.id == notification) else { return Ok(None) };
        let Notification { kind, refund, to, .. } = earlier.clone();
        let is_same = |it: &&Notification| it.kind == kind && it.refund == refund;
        if let Some(due) = current.notifications.iter().filter(is_same).find(|it| it.due_at.is_some()) {
            return Ok(Some(due.clone()));
        }
        let again = Notification { refund, to, ..Notification::new(new_id(), kind, now) };
        let on_its_way = doc! { "kind": kind.as_str(), "refund": refund, "due_at": { "$exists": true } };
        let none = doc! { "_id": order, "notifications": { "$not": { "$elemMatch": on_its_way } } };
        let added =
            self.0.update_one(none, doc! { "$push": notifications::push(std::slice::from_ref(&again))? }).await?;
        if added.matched_count == 1 {
            return Ok(Some(again));
        }
        // A concurrent request was faster: its notification is the latest one. `None` if the order was removed.
        let current = self.get(order).await?;
        Ok(current.and_then(|current| current.notifications.into_iter().rfind(|it| is_same(&it))))
    }

    /// Adds notifications to an update of an order, if the shop sends mail.
    pub(super) fn notify(&self, update: &mut Document, added: &[Notification]) -> Result<(), bson::error::Error> {
        if !self.1 || added.is_empty() {
            return Ok(());
        }
        let push = notifications::push(added)?;
        match update.get_document_mut("$push") {
            Ok(others) => others.extend(push),
            Err(_) => drop(update.insert("$push", push)),
        }
        Ok(())
    }
}

impl OrderDoc {
    /// Returns the notifications of the refunds that succeed by storing a ledger.
    pub(super) fn refund_notifications(&self, ledger: &Ledger, now: Timestamp) -> Vec<Notification> {
        let succeeded = |refund: &&Refund| refund.status == RefundStatus::Succeeded;
        let before = |refund: &Refund| self.refunds.iter().filter(succeeded).any(|other| other.id == refund.id);
        let new = ledger.refunds().iter().filter(succeeded).filter(|refund| !before(refund) && !self.is_synthetic);
        let notification = |refund: &Refund| Notification {
            refund: Some(refund.id),
            ..Notification::new(new_id(), NotificationKind::OrderRefunded, now)
        };
        new.map(notification).collect()
    }

    /// Returns the notification of a payment that fails: one for each order, however often its buyer tries.
    pub(super) fn failure_notification(&self, status: PaymentStatus, now: Timestamp) -> Option<Notification> {
        let kind = NotificationKind::PaymentFailed;
        let is_first = !self.notifications.iter().any(|other| other.kind == kind);
        let is_due = status == PaymentStatus::Failed && is_first && !self.is_synthetic;
        is_due.then(|| Notification::new(new_id(), kind, now))
    }
}
