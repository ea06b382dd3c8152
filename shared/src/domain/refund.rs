//! Refunds of a payment, and the ledger that sums them.

mod ledger;

pub use ledger::{Ledger, RecordRefundError, RefundExceedsPaid};

use super::id::RefundId;
use super::money::Money;
use super::order::Actor;
use super::text::RefundReason;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The status of a refund, in ascending order of progress: a refund that succeeded can still fail, when the bank
/// returns the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// The amount is reserved; the refund is unsent, or Stripe waits for the bank.
    Pending,
    /// The money was returned to the buyer.
    Succeeded,
    /// The money was not returned, and can be refunded again.
    Failed,
}

impl RefundStatus {
    /// All statuses.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Succeeded, Self::Failed];

    /// Returns the name in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A refund of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The id here. Stripe stores it as metadata, so that either side can look the refund up.
    pub id: RefundId,
    /// The id at Stripe, once Stripe has accepted the refund.
    pub stripe_id: Option<String>,
    /// The amount.
    pub amount: Money,
    /// The reason.
    pub reason: Option<RefundReason>,
    /// The status.
    pub status: RefundStatus,
    /// The reason of the failure, as given by Stripe.
    pub failure: Option<String>,
    /// The initiator; [`Actor::Stripe`] for refunds made in Stripe's dashboard.
    pub by: Actor,
    /// Whether the refund restocks the order as soon as Stripe has accepted it.
    pub restock: bool,
    /// Whether the refund has restocked the order.
    pub restocked: bool,
    /// Number of idempotency keys used up at Stripe.
    pub idempotency_attempt: i64,
    /// The request, if it had an idempotency key.
    pub request: Option<RefundRequest>,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The request of a refund, by which a replay is recognized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// The idempotency key.
    pub key: String,
    /// The requested amount; `None` for the remaining payment.
    pub amount: Option<Money>,
    /// The reason.
    pub reason: Option<RefundReason>,
    /// Whether the order is to be restocked.
    pub restock: bool,
}

/// A refund as stored at Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeRefund {
    /// The id at Stripe.
    pub stripe_id: String,
    /// The id here; `None` for refunds made in Stripe's dashboard.
    pub refund_id: Option<RefundId>,
    /// The amount.
    pub amount: Money,
    /// The status.
    pub status: RefundStatus,
    /// The reason, if it was made in Stripe's dashboard.
    pub reason: Option<RefundReason>,
    /// The reason of the failure, as given by Stripe.
    pub failure: Option<String>,
}

impl Refund {
    /// Makes a pending, unsent refund of amount 0.
    #[must_use]
    pub const fn new(id: RefundId, by: Actor, at: Timestamp) -> Self {
        Self {
            id,
            stripe_id: None,
            amount: Money::ZERO,
            reason: None,
            status: RefundStatus::Pending,
            failure: None,
            by,
            restock: false,
            restocked: false,
            idempotency_attempt: 0,
            request: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// Returns the refund without its reason, which can be personal data.
    #[must_use]
    pub fn without_reason(&self) -> Self {
        let request = self.request.clone().map(|request| RefundRequest { reason: None, ..request });
        Self { reason: None, request, ..self.clone() }
    }

    /// Returns whether the refund was not sent to Stripe, or the response was lost.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.status == RefundStatus::Pending && self.stripe_id.is_none()
    }

    /// Returns whether the refund will restock the order. It does so once Stripe has accepted it: a rejected refund
    /// restocks nothing.
    #[must_use]
    pub fn awaits_restock(&self) -> bool {
        self.restock && !self.restocked && self.status != RefundStatus::Failed
    }

    /// Returns whether Stripe has accepted the refund, or it succeeded without Stripe.
    const fn is_accepted(&self) -> bool {
        matches!((self.status, &self.stripe_id), (RefundStatus::Succeeded, _) | (RefundStatus::Pending, Some(_)))
    }
}

#[cfg(test)]
mod tests;
