//! Money that goes back: what of a payment was refunded, what is about to be, and what is left.

mod ledger;

pub use ledger::{Ledger, RecordRefundError, RefundExceedsPaid};

use super::id::RefundId;
use super::money::Money;
use super::order::Actor;
use super::text::RefundReason;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a refund has come. Each state is further on than the one before: a bank may send back
/// what was refunded to it, and then the refund has failed after all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// Its amount is set aside; Stripe has not been told yet, or waits for the bank.
    Pending,
    /// The money went back.
    Succeeded,
    /// The money stays here, and may be refunded once more.
    Failed,
}

impl RefundStatus {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Succeeded, Self::Failed];

    /// The name as it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// Money of one payment that goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Its id with us. Stripe keeps it, too, so that each finds the other's.
    pub id: RefundId,
    /// Its id with Stripe, once Stripe has it.
    pub stripe_id: Option<String>,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: Option<RefundReason>,
    /// How far it has come.
    pub status: RefundStatus,
    /// Why it failed, in Stripe's words.
    pub failure: Option<String>,
    /// Who sends it; Stripe, when it was made there by hand.
    pub by: Actor,
    /// Whether the goods are to go back into stock with it, as soon as Stripe has it.
    pub restock: bool,
    /// Whether the goods went back into stock with it.
    pub restocked: bool,
    /// How many idempotency keys were used up on it at Stripe.
    pub idempotency_attempt: i64,
    /// What was asked for, when it was asked for under an idempotency key.
    pub request: Option<RefundRequest>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// By which the same request is recognized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// The key that the client has made.
    pub key: String,
    /// The amount that was asked for, if any was.
    pub amount: Option<Money>,
    /// Why.
    pub reason: Option<RefundReason>,
    /// Whether the goods were to go back into stock.
    pub restock: bool,
}

/// A refund as Stripe has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeRefund {
    /// Its id there.
    pub stripe_id: String,
    /// Which of ours it is; none when it was made there by hand.
    pub refund_id: Option<RefundId>,
    /// How much.
    pub amount: Money,
    /// How far it has come.
    pub status: RefundStatus,
    /// Why it was made, if it was made there.
    pub reason: Option<RefundReason>,
    /// Why it failed.
    pub failure: Option<String>,
}

impl Refund {
    /// A refund of nothing yet, of which nobody at Stripe has heard.
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

    /// Whether it has still to be sent, as far as we know.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        self.status == RefundStatus::Pending && self.stripe_id.is_none()
    }

    /// Whether the goods are still to go back into stock with it: not before Stripe has it, because
    /// what Stripe refuses takes nothing back.
    #[must_use]
    pub fn restocks_later(&self) -> bool {
        self.restock && !self.restocked && self.status != RefundStatus::Failed
    }

    /// Whether it is on its way or there: Stripe has it, or it never was Stripe's business.
    const fn is_accepted(&self) -> bool {
        matches!((self.status, &self.stripe_id), (RefundStatus::Succeeded, _) | (RefundStatus::Pending, Some(_)))
    }
}

#[cfg(test)]
mod tests;
