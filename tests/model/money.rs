//! The commands that are about money: the transactions in which an order is paid or cancelled, and
//! the calls to Stripe. Each happens at once.

use crate::defect::Defect;
use crate::shop::{Order, OrderId, Payment, Shop, Status};

/// A payment intent at Stripe. The order's id is its idempotency key, so an order has one at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Intent {
    #[default]
    Absent,
    Open,
    Succeeded,
    Canceled,
    /// It succeeded, and all of it went back.
    Refunded,
}

/// `Move` of shared/src/db/orders/document.rs, towards `cancelled`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Move {
    pub(crate) from: Status,
    pub(crate) unless_intent: bool,
    /// With a refund that is to be sent; the payment stays as it is (`store_cancelled_with_refund`).
    pub(crate) owing: bool,
    pub(crate) by_stripe: bool,
}

impl Shop {
    // shared/src/checkout: transactions

    /// `store_cancelled`: the move and the stock. False when the order has moved on.
    pub(crate) fn store_cancelled(&mut self, id: OrderId, cancelled: Move) -> bool {
        let order = self.order(id);
        if order.status != cancelled.from || (cancelled.unless_intent && order.intent) {
            return false;
        }
        order.status = Status::Cancelled;
        order.was_cancelled = true;
        order.by_stripe = cancelled.by_stripe;
        if cancelled.owing {
            order.refund_owed = true;
        } else {
            order.payment = Payment::Canceled;
        }
        self.return_stock(id);
        true
    }

    /// `store_payment`: money that fits came for an order.
    pub(crate) fn store_payment(&mut self, id: OrderId) {
        let Order { status, payment, .. } = self.orders[id];
        if matches!(payment, Payment::Succeeded | Payment::Refunded) {
            return;
        }
        let keep = match status {
            Status::Cancelled => !self.has(Defect::LateMoneyIgnored) && self.take_again(id),
            _ => true,
        };
        let owe = !keep && !self.has(Defect::LateMoneyIgnored);
        let order = self.order(id);
        if keep {
            order.status = Status::Processing;
            order.by_stripe = false;
        }
        order.refund_owed |= owe;
        if keep || owe {
            order.payment = Payment::Succeeded;
            order.intent = true;
        }
    }

    // shared/src/payments/client.rs: Stripe

    pub(crate) fn create_intent(&mut self, id: OrderId) {
        if self.intents[id] == Intent::Absent {
            self.intents[id] = Intent::Open;
        }
    }

    /// False when it cannot be cancelled, also because it was cancelled before.
    pub(crate) fn cancel_intent(&mut self, id: OrderId) -> bool {
        let open = self.intents[id] == Intent::Open;
        if open {
            self.intents[id] = Intent::Canceled;
        }
        open
    }

    pub(crate) fn refund(&mut self, id: OrderId) {
        if self.intents[id] == Intent::Succeeded {
            self.intents[id] = Intent::Refunded;
        }
    }

    /// Whether Stripe has something to tell about an intent, and has not been told that we know.
    pub(crate) fn has_event(&self, id: OrderId) -> bool {
        !matches!(self.intents[id], Intent::Absent | Intent::Open) && !self.recorded[id]
    }
}
