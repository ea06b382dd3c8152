//! Commands about money, each executed atomically: the transactions that mark an order as paid or cancelled, and the
//! calls to Stripe.

use crate::cancel::Actor;
use crate::defect::Defect;
use crate::shop::{Order, OrderId, Payment, Shop, Status};

/// A payment intent at Stripe. The order's id is its idempotency key, so that an order has at most one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Intent {
    #[default]
    Absent,
    Open,
    /// Its payment is under way: a bank debit that the buyer has confirmed.
    Processing {
        /// The buyer confirmed it after the shop had decided to cancel it. Then Stripe decides.
        during_cancellation: bool,
    },
    Succeeded,
    Canceled,
    /// It succeeded, and was refunded in full.
    Refunded,
}

impl Intent {
    /// Whether it can neither be paid nor cancelled any more.
    pub(crate) fn has_ended(self) -> bool {
        !matches!(self, Self::Absent | Self::Open | Self::Processing { .. })
    }

    pub(crate) fn is_under_way(self) -> bool {
        matches!(self, Self::Processing { .. })
    }
}

/// The transition to `cancelled`, with its conditions: `Transition` of shared/src/db/orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CancelTransition {
    pub(crate) from: Status,
    /// Do not match an order that has an intent.
    pub(crate) unless_intent: bool,
    /// Record a refund that is to be sent. The payment stays as it is (`store_cancellation_with_refund`).
    pub(crate) with_refund: bool,
    pub(crate) by_stripe: bool,
}

impl CancelTransition {
    /// Cancels an unpaid order whose intent is cancelled.
    pub(crate) const UNPAID: Self =
        Self { from: Status::Pending, unless_intent: false, with_refund: false, by_stripe: false };
    /// Cancels a paid order.
    pub(crate) const PAID: Self = Self { from: Status::Processing, with_refund: true, ..Self::UNPAID };
}

impl Shop {
    // Transactions: shared/src/checkout.

    /// Stores the transition and restocks the order; false when the order no longer matches the transition.
    pub(crate) fn store_cancellation(&mut self, id: OrderId, transition: CancelTransition) -> bool {
        let order = self.order(id);
        if order.status != transition.from || (transition.unless_intent && order.has_intent) {
            return false;
        }
        order.status = Status::Cancelled;
        order.was_cancelled = true;
        order.changed_by_stripe = transition.by_stripe;
        if transition.with_refund {
            order.refund_owed = true;
        } else {
            order.payment = Payment::Canceled;
        }
        self.restock(id);
        true
    }

    /// Applies an exact payment. A cancelled order is kept if its stock can be reacquired, and refunded otherwise.
    pub(crate) fn apply_payment(&mut self, id: OrderId) {
        let Order { status, payment, .. } = self.orders[id];
        if matches!(payment, Payment::Succeeded | Payment::Refunded) {
            return;
        }
        let keep = match status {
            Status::Cancelled => !self.has(Defect::LatePaymentIgnored) && self.reacquire(id),
            _ => true,
        };
        let refund = !keep && !self.has(Defect::LatePaymentIgnored);
        let order = self.order(id);
        if keep {
            order.status = Status::Processing;
            order.changed_by_stripe = false;
        }
        order.refund_owed |= refund;
        if keep || refund {
            order.payment = Payment::Succeeded;
            order.has_intent = true;
        }
    }

    // Stripe: shared/src/payments.

    pub(crate) fn create_intent(&mut self, id: OrderId) {
        if self.intents[id] == Intent::Absent {
            self.intents[id] = Intent::Open;
        }
    }

    /// Cancels an open intent; false when it is not open, also when it was cancelled before.
    ///
    /// Stripe may cancel an intent whose payment is under way, or reject that (`Action::RejectCancellation`).
    pub(crate) fn cancel_intent(&mut self, id: OrderId, by: Actor) -> bool {
        let is_under_way = self.intents[id].is_under_way();
        let is_permitted = by == Actor::Admin || self.intents[id] == Intent::Processing { during_cancellation: true };
        let can_cancel = is_under_way || self.intents[id] == Intent::Open;
        if can_cancel {
            self.has_cancelled_debit |= is_under_way && !is_permitted;
            self.intents[id] = Intent::Canceled;
        }
        can_cancel
    }

    /// Cancels an intent that is not attached, unless its payment is under way.
    pub(crate) fn abandon_intent(&mut self, id: OrderId) {
        if self.intents[id] == Intent::Open {
            self.intents[id] = Intent::Canceled;
        }
    }

    pub(crate) fn refund(&mut self, id: OrderId) {
        if self.intents[id] == Intent::Succeeded {
            self.intents[id] = Intent::Refunded;
        }
    }

    /// Whether the intent has ended, and its event is not recorded yet.
    pub(crate) fn has_unrecorded_event(&self, id: OrderId) -> bool {
        self.intents[id].has_ended() && !self.recorded[id]
    }
}
