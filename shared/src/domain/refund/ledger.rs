//! The ledger of one payment: what was refunded, what is pending, and what is refundable.

use super::{Refund, RefundStatus, StripeRefund};
use crate::domain::dispute::{Dispute, withheld};
use crate::domain::id::RefundId;
use crate::domain::money::{Money, Overflow};
use crate::domain::order::Actor;
use crate::domain::payment::PaymentStatus;
use crate::domain::time::Timestamp;

/// A refund of more than the refundable amount, or of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the refund exceeds the refundable amount")]
pub struct RefundExceedsPaid {
    /// The refundable amount.
    pub refundable: Money,
}

/// The reason why a refund was not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordRefundError {
    /// The amount is not refundable.
    #[error(transparent)]
    Exceeds(#[from] RefundExceedsPaid),
    /// A sum exceeds 64 bits.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// A payment and its refunds.
///
/// The refunds that are recorded here and have not failed never exceed the payment. Refunds made in Stripe's dashboard
/// are entered unchecked, because Stripe has checked them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    paid: Money,
    refunds: Vec<Refund>,
    /// What banks have taken for disputes.
    withheld: Money,
}

impl Ledger {
    /// Makes the ledger of a payment.
    #[must_use]
    pub const fn new(paid: Money, refunds: Vec<Refund>) -> Self {
        Self { paid, refunds, withheld: Money::ZERO }
    }

    /// Sets the disputes of the payment. What they took is not refundable.
    #[must_use]
    pub fn with_disputes(self, disputes: &[Dispute]) -> Self {
        Self { withheld: withheld(disputes), ..self }
    }

    /// Returns all refunds, the earliest first.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// Returns the refund with an id.
    #[must_use]
    pub fn get(&self, id: RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.id == id)
    }

    /// Returns the sum of the refunds that succeeded.
    pub fn refunded(&self) -> Result<Money, Overflow> {
        Money::sum(self.refunds.iter().filter(|it| it.status == RefundStatus::Succeeded).map(|it| it.amount))
    }

    /// Returns the amount that is neither refunded nor reserved for a pending refund, disputed or not.
    pub fn remaining(&self) -> Result<Money, Overflow> {
        let committed =
            Money::sum(self.refunds.iter().filter(|it| it.status != RefundStatus::Failed).map(|it| it.amount))?;
        Ok(self.paid.minus(committed)?.max(Money::ZERO))
    }

    /// Returns the remaining amount without what a dispute has taken.
    pub fn refundable(&self) -> Result<Money, Overflow> {
        Ok(self.remaining()?.minus(self.withheld)?.max(Money::ZERO))
    }

    /// Returns the payment status that follows from the refunds.
    pub fn payment_status(&self) -> Result<PaymentStatus, Overflow> {
        let refunded = self.refunded()?;
        Ok(match refunded {
            Money::ZERO => PaymentStatus::Succeeded,
            part if part < self.paid => PaymentStatus::PartiallyRefunded,
            _ => PaymentStatus::Refunded,
        })
    }

    /// Records a refund and reserves its amount. An amount of 0 is rejected, too.
    pub fn record(&mut self, refund: Refund) -> Result<(), RecordRefundError> {
        let refundable = self.refundable()?;
        if refund.amount > refundable || refund.amount <= Money::ZERO {
            return Err(RefundExceedsPaid { refundable }.into());
        }
        self.refunds.push(refund);
        Ok(())
    }

    /// Records a refund of the whole refundable amount, whatever its own amount; has no effect if nothing is
    /// refundable.
    pub fn refund_remaining(&mut self, refund: Refund) -> Result<(), Overflow> {
        let amount = self.refundable()?;
        if !amount.is_zero() {
            self.refunds.push(Refund { amount, ..refund });
        }
        Ok(())
    }

    /// Reconciles a refund with its state at Stripe. A refund made in Stripe's dashboard is added under `new_id`.
    ///
    /// States may be reconciled repeatedly and in any order.
    pub fn reconcile(&mut self, stripe: &StripeRefund, new_id: RefundId, now: Timestamp) {
        let by_stripe_id = |refund: &Refund| refund.stripe_id.as_ref() == Some(&stripe.stripe_id);
        let by_id = |refund: &Refund| refund.stripe_id.is_none() && stripe.refund_id == Some(refund.id);
        let position = self.refunds.iter().position(by_stripe_id).or_else(|| self.refunds.iter().position(by_id));
        match position.and_then(|position| self.refunds.get_mut(position)) {
            // Any status of a refund that was not known to be at Stripe is replaced, even a failure.
            Some(refund) if refund.stripe_id.is_none() || refund.status < stripe.status => {
                refund.stripe_id = Some(stripe.stripe_id.clone());
                refund.status = stripe.status;
                refund.failure.clone_from(&stripe.failure);
                refund.updated_at = now;
            }
            Some(_) => {}
            None if stripe.status == RefundStatus::Failed => {}
            None => {
                self.refunds.push(Refund {
                    stripe_id: Some(stripe.stripe_id.clone()),
                    amount: stripe.amount,
                    status: stripe.status,
                    reason: stripe.reason.clone(),
                    ..Refund::new(new_id, Actor::Stripe, now)
                });
            }
        }
    }

    /// Marks an unsent refund as failed, because Stripe has rejected it. Its amount becomes refundable again.
    pub fn fail(&mut self, id: RefundId, failure: &str, now: Timestamp) {
        if let Some(refund) = self.unsent(id) {
            refund.status = RefundStatus::Failed;
            refund.failure = Some(failure.to_owned());
            refund.updated_at = now;
        }
    }

    /// Chooses the refund that restocks the order: the first accepted one that asks for it, if `can_restock`. All other
    /// accepted ones lose their request. Returns whether the order is to be restocked now.
    pub fn assign_restock(&mut self, can_restock: bool) -> bool {
        let due = |refund: &&mut Refund| refund.awaits_restock() && refund.is_accepted();
        let mut restocks = false;
        for refund in self.refunds.iter_mut().filter(due) {
            refund.restocked = can_restock && !restocks;
            refund.restock = refund.restocked;
            restocks |= refund.restocked;
        }
        restocks
    }

    /// Returns whether money of failed refunds is still owed to the buyer: the sum of the failures, minus refunds that
    /// were recorded after them.
    pub fn has_failed_refund(&self) -> Result<bool, Overflow> {
        if self.refundable()?.is_zero() {
            return Ok(false);
        }
        // A refund that failed was recorded before, and may have covered an earlier failure.
        let numbered = || self.refunds.iter().enumerate();
        let recorded = numbered().map(|(number, it)| (it.created_at, number, false, it.amount));
        let failed = numbered().filter(|(_, it)| it.status == RefundStatus::Failed);
        let mut events: Vec<_> =
            recorded.chain(failed.map(|(number, it)| (it.updated_at, number, true, it.amount))).collect();
        events.sort_unstable();
        let owed = events.into_iter().try_fold(Money::ZERO, |owed, (.., has_failed, amount)| {
            if has_failed { owed.plus(amount) } else { Ok(owed.minus(amount)?.max(Money::ZERO)) }
        })?;
        Ok(!owed.is_zero())
    }

    /// Advances an unsent refund to its next idempotency key, unless a concurrent run has done so.
    pub fn advance_idempotency_key(&mut self, id: RefundId, idempotency_attempt: i64) {
        if let Some(refund) = self.unsent(id).filter(|refund| refund.idempotency_attempt == idempotency_attempt) {
            refund.idempotency_attempt = idempotency_attempt.saturating_add(1);
        }
    }

    fn unsent(&mut self, id: RefundId) -> Option<&mut Refund> {
        self.refunds.iter_mut().find(|refund| refund.id == id && refund.is_unsent())
    }
}
