//! Money that goes back: what of a payment was refunded, what is about to be, and what is left.

use super::id::RefundId;
use super::money::{Money, Overflow};
use super::order::Actor;
use super::payment::PaymentStatus;
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
    /// Whether the goods went back into stock with it.
    pub restocked: bool,
    /// How many idempotency keys were used up on it at Stripe.
    pub keys_used: i64,
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
pub struct TakenRefund {
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

/// More than is left was to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more is to go back than is left of what was paid")]
pub struct RefundExceedsPaid {
    /// How much is left.
    pub left: Money,
}

/// Why a refund was not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeginError {
    /// There is not so much left.
    #[error(transparent)]
    Exceeds(#[from] RefundExceedsPaid),
    /// The sum is out of bounds.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// What was paid, and every refund of it. What was begun and has not failed is never more than was
/// paid; what was refunded at Stripe by hand is entered as it is, because Stripe has checked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    paid: Money,
    refunds: Vec<Refund>,
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
            restocked: false,
            keys_used: 0,
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
}

impl Ledger {
    /// The ledger of what was paid.
    #[must_use]
    pub const fn new(paid: Money, refunds: Vec<Refund>) -> Self {
        Self { paid, refunds }
    }

    /// Every refund, the earliest first.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// The refund with that id.
    #[must_use]
    pub fn get(&self, id: RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.id == id)
    }

    /// How much went back.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn refunded(&self) -> Result<Money, Overflow> {
        Money::sum(self.refunds.iter().filter(|it| it.status == RefundStatus::Succeeded).map(|it| it.amount))
    }

    /// How much neither went back nor is about to.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn left(&self) -> Result<Money, Overflow> {
        let gone = Money::sum(self.refunds.iter().filter(|it| it.status != RefundStatus::Failed).map(|it| it.amount))?;
        Ok(self.paid.minus(gone)?.max(Money::ZERO))
    }

    /// What the payment is called when that much of it went back.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn payment_status(&self) -> Result<PaymentStatus, Overflow> {
        let refunded = self.refunded()?;
        Ok(match refunded {
            Money::ZERO => PaymentStatus::Succeeded,
            part if part < self.paid => PaymentStatus::PartiallyRefunded,
            _ => PaymentStatus::Refunded,
        })
    }

    /// Sets the amount of a refund aside.
    ///
    /// # Errors
    /// [`BeginError`], also when it is a refund of nothing.
    pub fn begin(&mut self, refund: Refund) -> Result<(), BeginError> {
        let left = self.left()?;
        if refund.amount > left || refund.amount <= Money::ZERO {
            return Err(RefundExceedsPaid { left }.into());
        }
        self.refunds.push(refund);
        Ok(())
    }

    /// Sets all that is left aside for a refund, whatever its amount was; nothing, if nothing is.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn begin_rest(&mut self, refund: Refund) -> Result<(), Overflow> {
        let left = self.left()?;
        if !left.is_zero() {
            self.refunds.push(Refund { amount: left, ..refund });
        }
        Ok(())
    }

    /// Takes in what Stripe says of a refund: of one of ours, or of one that was made there by
    /// hand, which gets the id that is offered. It does not matter in which order news arrive, nor
    /// how often.
    pub fn learn(&mut self, taken: &TakenRefund, id_of_a_new_one: RefundId, now: Timestamp) {
        let known = |refund: &Refund| refund.stripe_id.as_ref() == Some(&taken.stripe_id);
        let ours = |refund: &Refund| refund.stripe_id.is_none() && taken.refund_id == Some(refund.id);
        let position = self.refunds.iter().position(known).or_else(|| self.refunds.iter().position(ours));
        match position.and_then(|position| self.refunds.get_mut(position)) {
            // Whatever we had thought of one that we did not know to be there.
            Some(refund) if refund.stripe_id.is_none() || refund.status < taken.status => {
                refund.stripe_id = Some(taken.stripe_id.clone());
                refund.status = taken.status;
                refund.failure.clone_from(&taken.failure);
                refund.updated_at = now;
            }
            Some(_) => {}
            None if taken.status == RefundStatus::Failed => {}
            None => {
                self.refunds.push(Refund {
                    stripe_id: Some(taken.stripe_id.clone()),
                    amount: taken.amount,
                    status: taken.status,
                    reason: taken.reason.clone(),
                    ..Refund::new(id_of_a_new_one, Actor::Stripe, now)
                });
            }
        }
    }

    /// Gives a refund up that Stripe has refused and does not have: its amount is free again.
    pub fn refuse(&mut self, id: RefundId, why: &str, now: Timestamp) {
        if let Some(refund) = self.unsent(id) {
            refund.status = RefundStatus::Failed;
            refund.failure = Some(why.to_owned());
            refund.updated_at = now;
        }
    }

    /// Lets a refund go on under its next idempotency key, unless somebody has done that.
    pub fn use_up_key(&mut self, id: RefundId, keys_used: i64) {
        if let Some(refund) = self.unsent(id).filter(|refund| refund.keys_used == keys_used) {
            refund.keys_used = keys_used.saturating_add(1);
        }
    }

    fn unsent(&mut self, id: RefundId) -> Option<&mut Refund> {
        self.refunds.iter_mut().find(|refund| refund.id == id && refund.is_unsent())
    }
}

#[cfg(test)]
mod tests;
