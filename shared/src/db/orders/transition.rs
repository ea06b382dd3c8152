//! A move of an order along its life, and what is stored with it.

use super::refunds::ledger_fields;
use super::{MismatchedPayment, StatusChange, Tracking};
use crate::domain::id::OrderId;
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use crate::domain::refund::Ledger;
use bson::Document;

/// A move of an order that was checked and is not stored yet.
#[derive(Debug, Clone)]
pub struct Transition {
    pub(super) order: OrderId,
    pub(super) from: OrderStatus,
    pub(super) change: StatusChange,
    pub(super) also: Document,
    pub(super) unless_intent: bool,
}

impl Transition {
    /// Sets the payment's status with the move.
    #[must_use]
    pub fn with_payment(mut self, status: PaymentStatus) -> Self {
        self.also.insert("payment.status", status);
        self
    }

    /// Enters refunds with the move, in the transaction that has read the order.
    ///
    /// # Errors
    /// When they cannot be written as BSON, or their sum is out of bounds.
    pub fn with_ledger(mut self, ledger: &Ledger) -> Result<Self, mongodb::error::Error> {
        self.also.extend(ledger_fields(ledger)?);
        self.also.insert("payment.status", ledger.payment_status().map_err(mongodb::error::Error::custom)?);
        Ok(self)
    }

    /// Notes with the move what was paid in place of what the order costs.
    ///
    /// # Errors
    /// When it cannot be written as BSON.
    pub fn with_mismatched_payment(mut self, mismatch: &MismatchedPayment) -> Result<Self, bson::error::Error> {
        self.also.insert("mismatched_payment", crate::db::to_bson(mismatch)?);
        Ok(self)
    }

    /// Stores the move only while the order has no payment intent.
    #[must_use]
    pub const fn unless_intent(mut self) -> Self {
        self.unless_intent = true;
        self
    }

    /// Sets the payment intent with the move.
    #[must_use]
    pub fn with_intent(mut self, intent: &str) -> Self {
        self.also.insert("transaction_id", intent);
        self
    }

    /// Sets the tracking with the move.
    ///
    /// # Errors
    /// When it cannot be written as BSON.
    pub fn with_tracking(mut self, tracking: &Tracking) -> Result<Self, bson::error::Error> {
        self.also.insert("tracking", crate::db::to_bson(tracking)?);
        Ok(self)
    }
}
