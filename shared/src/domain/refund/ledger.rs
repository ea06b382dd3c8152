//! The books of one payment: what of it went back, what is about to, and what is left.

use super::{Refund, RefundStatus, StripeRefund};
use crate::domain::id::RefundId;
use crate::domain::money::{Money, Overflow};
use crate::domain::order::Actor;
use crate::domain::payment::PaymentStatus;
use crate::domain::time::Timestamp;

/// More than is left was to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more is to go back than is left of what was paid")]
pub struct RefundExceedsPaid {
    /// How much is left.
    pub refundable: Money,
}

/// Why a refund was not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordRefundError {
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
    pub fn refundable(&self) -> Result<Money, Overflow> {
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
    /// [`RecordRefundError`], also when it is a refund of nothing.
    pub fn record(&mut self, refund: Refund) -> Result<(), RecordRefundError> {
        let refundable = self.refundable()?;
        if refund.amount > refundable || refund.amount <= Money::ZERO {
            return Err(RefundExceedsPaid { refundable }.into());
        }
        self.refunds.push(refund);
        Ok(())
    }

    /// Sets all that is left aside for a refund, whatever its amount was; nothing, if nothing is.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn refund_remaining(&mut self, refund: Refund) -> Result<(), Overflow> {
        let left = self.refundable()?;
        if !left.is_zero() {
            self.refunds.push(Refund { amount: left, ..refund });
        }
        Ok(())
    }

    /// Takes in what Stripe says of a refund: of one of ours, or of one that was made there by
    /// hand, which gets the id that is offered. It does not matter in which order news arrive, nor
    /// how often.
    pub fn reconcile(&mut self, taken: &StripeRefund, id_of_a_new_one: RefundId, now: Timestamp) {
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
    pub fn fail(&mut self, id: RefundId, why: &str, now: Timestamp) {
        if let Some(refund) = self.unsent(id) {
            refund.status = RefundStatus::Failed;
            refund.failure = Some(why.to_owned());
            refund.updated_at = now;
        }
    }

    /// Settles with which refund the goods of the order go back into stock: with one that was made for
    /// that and is accepted, if `there_are_goods` to go back. Answers whether they go now.
    pub fn restock(&mut self, there_are_goods: bool) -> bool {
        let due = |refund: &&mut Refund| refund.restocks_later() && refund.is_accepted();
        let mut restocks = false;
        for refund in self.refunds.iter_mut().filter(due) {
            refund.restocked = there_are_goods && !restocks;
            refund.restock = refund.restocked;
            restocks |= refund.restocked;
        }
        restocks
    }

    /// Whether money is still here that was to go back and could not: what failed, without what was
    /// refunded after it had.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn has_failed_refund(&self) -> Result<bool, Overflow> {
        if self.refundable()?.is_zero() {
            return Ok(false);
        }
        // A refund that failed was begun as well, and may have been for what had failed before it.
        let numbered = || self.refunds.iter().enumerate();
        let begun = numbered().map(|(number, it)| (it.created_at, number, false, it.amount));
        let failed = numbered().filter(|(_, it)| it.status == RefundStatus::Failed);
        let mut news: Vec<_> =
            begun.chain(failed.map(|(number, it)| (it.updated_at, number, true, it.amount))).collect();
        news.sort_unstable();
        let owed = news.into_iter().try_fold(Money::ZERO, |owed, (.., has_failed, amount)| {
            if has_failed { owed.plus(amount) } else { Ok(owed.minus(amount)?.max(Money::ZERO)) }
        })?;
        Ok(!owed.is_zero())
    }

    /// Lets a refund go on under its next idempotency key, unless somebody has done that.
    pub fn advance_idempotency_key(&mut self, id: RefundId, idempotency_attempt: i64) {
        if let Some(refund) = self.unsent(id).filter(|refund| refund.idempotency_attempt == idempotency_attempt) {
            refund.idempotency_attempt = idempotency_attempt.saturating_add(1);
        }
    }

    fn unsent(&mut self, id: RefundId) -> Option<&mut Refund> {
        self.refunds.iter_mut().find(|refund| refund.id == id && refund.is_unsent())
    }
}
