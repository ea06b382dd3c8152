//! A transition of an order, and the fields that are stored with it.

use super::refunds::ledger_fields;
use super::{MismatchedPayment, OrderDoc, StatusChange, Tracking};
use crate::db::new_id;
use crate::domain::id::OrderId;
use crate::domain::notification::{Notification, NotificationKind};
use crate::domain::order::{Actor, InvalidTransition, OrderStatus};
use crate::domain::payment::{PaymentFailure, PaymentStatus};
use crate::domain::refund::Ledger;
use crate::domain::time::Timestamp;
use bson::Document;

/// A checked transition of an order that is not stored yet.
#[derive(Debug, Clone)]
pub struct Transition {
    pub(super) order: OrderId,
    pub(super) from: OrderStatus,
    pub(super) change: StatusChange,
    pub(super) fields: Document,
    pub(super) require_no_intent: bool,
    pub(super) notifications: Vec<Notification>,
}

impl Transition {
    /// Adds a payment status.
    #[must_use]
    pub fn with_payment(mut self, status: PaymentStatus) -> Self {
        self.fields.insert("payment.status", status);
        self
    }

    /// Adds the reason why the order cannot be paid.
    pub fn with_failure(mut self, failure: &PaymentFailure) -> Result<Self, bson::error::Error> {
        self.fields.insert("payment.failure", crate::db::to_bson(failure)?);
        Ok(self)
    }

    /// Adds the refunds of a ledger, and the payment status that follows from them. The transition must be stored in
    /// the transaction that has read the order.
    pub fn with_ledger(mut self, order: &OrderDoc, ledger: &Ledger) -> Result<Self, mongodb::error::Error> {
        self.notifications.extend(order.refund_notifications(ledger, self.change.at));
        self.fields.extend(ledger_fields(ledger)?);
        self.fields.insert("payment.status", ledger.payment_status().map_err(mongodb::error::Error::custom)?);
        Ok(self)
    }

    /// Adds a payment that differs from the order's total.
    pub fn with_mismatched_payment(mut self, mismatch: &MismatchedPayment) -> Result<Self, bson::error::Error> {
        self.fields.insert("mismatched_payment", crate::db::to_bson(mismatch)?);
        Ok(self)
    }

    /// Stores the transition only if the order has no payment intent.
    #[must_use]
    pub const fn require_no_intent(mut self) -> Self {
        self.require_no_intent = true;
        self
    }

    /// Adds the payment intent, which has succeeded.
    #[must_use]
    pub fn with_intent(mut self, intent: &str) -> Self {
        self.fields.insert("transaction_id", intent);
        self.fields.insert("payment.failure", bson::Bson::Null);
        self
    }

    /// Adds tracking data.
    pub fn with_tracking(mut self, tracking: &Tracking) -> Result<Self, bson::error::Error> {
        self.fields.insert("tracking", crate::db::to_bson(tracking)?);
        Ok(self)
    }

    /// Returns why the transition could not be stored: the order has this status now.
    #[must_use]
    pub const fn rejected(&self, current: OrderStatus) -> InvalidTransition {
        InvalidTransition { from: current, to: self.change.status, by: self.change.by }
    }
}

impl OrderDoc {
    /// Checks a transition of the order.
    pub fn transition(&self, status: OrderStatus, by: Actor, at: Timestamp) -> Result<Transition, InvalidTransition> {
        let status = self.status.transition(status, by)?;
        let notification = NotificationKind::of_status(status).filter(|_| !self.is_synthetic);
        Ok(Transition {
            order: self.id,
            from: self.status,
            change: StatusChange { status, at, by },
            fields: Document::new(),
            require_no_intent: false,
            notifications: notification.map(|kind| Notification::new(new_id(), kind, at)).into_iter().collect(),
        })
    }
}
