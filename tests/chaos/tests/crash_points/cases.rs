//! Which points are come to, and on which way.

use crate::flow::Flow;
use ferrocart::chaos::Point;
use std::fmt::{Display, Formatter};

/// A passage of a point on the way of something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) flow: Flow,
    pub(crate) point: Point,
    passage: u32,
    /// Whether the client asks again before the scheduled function has run.
    pub(crate) asked_again_at_once: bool,
}

const fn at(flow: Flow, point: Point, passage: u32) -> Case {
    Case { flow, point, passage, asked_again_at_once: false }
}

/// The client asks again before the scheduled function has run.
const fn again(flow: Flow, point: Point, passage: u32) -> Case {
    Case { flow, point, passage, asked_again_at_once: true }
}

/// Where functions die.
pub(crate) const CRASHES: &[Case] = &[
    at(Flow::Checkout, Point::CheckoutTookProduct, 1),
    at(Flow::Checkout, Point::CheckoutTookProduct, 2),
    at(Flow::Checkout, Point::CheckoutPlaced, 1),
    at(Flow::Checkout, Point::CheckoutEmptiedCart, 1),
    at(Flow::Checkout, Point::CheckoutRemovedHolds, 1),
    at(Flow::Checkout, Point::CheckoutMadeIntent, 1),
    at(Flow::Checkout, Point::CheckoutAttachedIntent, 1),
    again(Flow::Checkout, Point::CheckoutTookProduct, 1),
    again(Flow::Checkout, Point::CheckoutTookProduct, 2),
    again(Flow::Checkout, Point::CheckoutPlaced, 1),
    again(Flow::Checkout, Point::CheckoutEmptiedCart, 1),
    again(Flow::Checkout, Point::CheckoutRemovedHolds, 1),
    again(Flow::Checkout, Point::CheckoutMadeIntent, 1),
    again(Flow::Checkout, Point::CheckoutAttachedIntent, 1),
    at(Flow::ShortCheckout, Point::CheckoutTookProduct, 1),
    at(Flow::ShortCheckout, Point::CheckoutGaveBackProduct, 1),
    again(Flow::ShortCheckout, Point::CheckoutTookProduct, 1),
    again(Flow::ShortCheckout, Point::CheckoutGaveBackProduct, 1),
    at(Flow::DeadCheckout, Point::RecoveryBuried, 1),
    at(Flow::DeadCheckout, Point::RecoveryGaveBackProduct, 1),
    at(Flow::DeadCheckout, Point::RecoveryGaveBackProduct, 2),
    at(Flow::DeadCheckout, Point::ExpiryClearedHold, 1),
    again(Flow::RetriedCheckout, Point::RecoveryBuried, 1),
    again(Flow::RetriedCheckout, Point::RecoveryGaveBackProduct, 1),
    at(Flow::LeftHolds, Point::CheckoutEmptiedCart, 1),
    at(Flow::LeftHolds, Point::CheckoutRemovedHolds, 1),
    at(Flow::LeftHolds, Point::ExpiryClearedHold, 1),
    at(Flow::Payment, Point::WebhookRecorded, 1),
    at(Flow::Payment, Point::WebhookApplied, 1),
    at(Flow::Payment, Point::WebhookCommitted, 1),
    at(Flow::CancelledAtStripe, Point::WebhookRecorded, 1),
    at(Flow::CancelledAtStripe, Point::CancelMoved, 1),
    at(Flow::CancelledAtStripe, Point::CancelReturnedProduct, 1),
    at(Flow::CancelledAtStripe, Point::CancelReturnedProduct, 2),
    at(Flow::CancelledAtStripe, Point::WebhookCommitted, 1),
    at(Flow::LatePayment, Point::PaymentTookProduct, 1),
    at(Flow::LatePayment, Point::PaymentTookProduct, 2),
    at(Flow::LatePayment, Point::WebhookApplied, 1),
    at(Flow::LatePayment, Point::WebhookCommitted, 1),
    at(Flow::LatePaymentSoldOut, Point::PaymentTookProduct, 1),
    at(Flow::LatePaymentSoldOut, Point::WebhookApplied, 1),
    at(Flow::LatePaymentSoldOut, Point::WebhookCommitted, 1),
    at(Flow::LatePaymentSoldOut, Point::RefundSent, 1),
    at(Flow::LatePaymentSoldOut, Point::RefundNoted, 1),
    at(Flow::OtherAmount, Point::WebhookRecorded, 1),
    at(Flow::OtherAmount, Point::WebhookApplied, 1),
    at(Flow::OtherAmount, Point::WebhookCommitted, 1),
    at(Flow::CancelOtherAmount, Point::CancelMoved, 1),
    at(Flow::CancelOtherAmount, Point::CancelReturnedProduct, 2),
    at(Flow::CancelOtherAmount, Point::CancelCommitted, 1),
    at(Flow::CancelOtherAmount, Point::RefundSent, 1),
    at(Flow::CancelOtherAmount, Point::RefundNoted, 1),
    at(Flow::Dispute, Point::WebhookRecorded, 1),
    at(Flow::Dispute, Point::WebhookApplied, 1),
    at(Flow::Dispute, Point::WebhookCommitted, 1),
    at(Flow::CancelUnpaid, Point::CancelEndedIntent, 1),
    at(Flow::CancelUnpaid, Point::CancelMoved, 1),
    at(Flow::CancelUnpaid, Point::CancelReturnedProduct, 1),
    at(Flow::CancelUnpaid, Point::CancelReturnedProduct, 2),
    at(Flow::CancelUnpaid, Point::CancelCommitted, 1),
    again(Flow::CancelUnpaid, Point::CancelEndedIntent, 1),
    at(Flow::CancelUnpaidByAdmin, Point::CancelEndedIntent, 1),
    at(Flow::CancelUnpaidByAdmin, Point::CancelCommitted, 1),
    at(Flow::CancelPaid, Point::CancelMoved, 1),
    at(Flow::CancelPaid, Point::CancelReturnedProduct, 2),
    at(Flow::CancelPaid, Point::CancelCommitted, 1),
    at(Flow::CancelPaid, Point::RefundSent, 1),
    at(Flow::CancelPaid, Point::RefundNoted, 1),
    at(Flow::Refund, Point::CancelReturnedProduct, 1),
    at(Flow::Refund, Point::RefundRecorded, 1),
    at(Flow::Refund, Point::RefundSent, 1),
    at(Flow::Refund, Point::RefundNoted, 1),
    again(Flow::Refund, Point::RefundRecorded, 1),
    again(Flow::Refund, Point::RefundSent, 1),
    again(Flow::Refund, Point::RefundNoted, 1),
    at(Flow::RefundTold, Point::WebhookRecorded, 1),
    at(Flow::RefundTold, Point::WebhookApplied, 1),
    at(Flow::RefundTold, Point::WebhookCommitted, 1),
    at(Flow::Overdue, Point::ExpiryCheckedOverdue, 1),
    at(Flow::Overdue, Point::CancelEndedIntent, 1),
    at(Flow::Overdue, Point::CancelMoved, 1),
    at(Flow::Overdue, Point::CancelReturnedProduct, 2),
    at(Flow::Overdue, Point::CancelCommitted, 1),
    at(Flow::PaidUnheard, Point::ExpiryCheckedUnheard, 1),
    at(Flow::PaidUnheard, Point::ExpiryAskedStripe, 1),
    at(Flow::PaidUnheard, Point::ExpiryStoredPayment, 1),
    at(Flow::PaidUnheard, Point::ExpiryCommittedPayment, 1),
    at(Flow::CancelledUnheard, Point::ExpiryAskedStripe, 1),
    at(Flow::CancelledUnheard, Point::CancelMoved, 1),
    at(Flow::CancelledUnheard, Point::CancelCommitted, 1),
    at(Flow::Owing, Point::ExpiryCheckedOwing, 1),
    at(Flow::Owing, Point::RefundSent, 1),
    at(Flow::Owing, Point::RefundNoted, 1),
];

/// Where functions fall asleep.
pub(crate) const SLEEPS: &[Case] = &[
    at(Flow::Checkout, Point::CheckoutTookProduct, 1),
    at(Flow::Checkout, Point::CheckoutTookProduct, 2),
    at(Flow::Checkout, Point::CheckoutPlaced, 1),
    at(Flow::Checkout, Point::CheckoutEmptiedCart, 1),
    at(Flow::Checkout, Point::CheckoutRemovedHolds, 1),
    at(Flow::Checkout, Point::CheckoutMadeIntent, 1),
    at(Flow::Checkout, Point::CheckoutAttachedIntent, 1),
    again(Flow::Checkout, Point::CheckoutTookProduct, 1),
    again(Flow::Checkout, Point::CheckoutTookProduct, 2),
    again(Flow::Checkout, Point::CheckoutPlaced, 1),
    again(Flow::Checkout, Point::CheckoutEmptiedCart, 1),
    again(Flow::Checkout, Point::CheckoutMadeIntent, 1),
    at(Flow::ShortCheckout, Point::CheckoutTookProduct, 1),
    at(Flow::ShortCheckout, Point::CheckoutGaveBackProduct, 1),
    again(Flow::ShortCheckout, Point::CheckoutTookProduct, 1),
    at(Flow::DeadCheckout, Point::RecoveryBuried, 1),
    at(Flow::DeadCheckout, Point::RecoveryGaveBackProduct, 1),
    at(Flow::DeadCheckout, Point::ExpiryClearedHold, 1),
    again(Flow::RetriedCheckout, Point::RecoveryBuried, 1),
    again(Flow::RetriedCheckout, Point::RecoveryGaveBackProduct, 1),
    at(Flow::LeftHolds, Point::CheckoutEmptiedCart, 1),
    at(Flow::LeftHolds, Point::ExpiryClearedHold, 1),
    at(Flow::Payment, Point::WebhookRecorded, 1),
    at(Flow::Payment, Point::WebhookApplied, 1),
    at(Flow::Payment, Point::WebhookCommitted, 1),
    at(Flow::CancelledAtStripe, Point::CancelReturnedProduct, 1),
    at(Flow::LatePayment, Point::PaymentTookProduct, 1),
    at(Flow::LatePaymentSoldOut, Point::PaymentTookProduct, 1),
    at(Flow::LatePaymentSoldOut, Point::RefundSent, 1),
    at(Flow::LatePaymentSoldOut, Point::RefundNoted, 1),
    at(Flow::OtherAmount, Point::WebhookCommitted, 1),
    at(Flow::CancelOtherAmount, Point::CancelCommitted, 1),
    at(Flow::CancelOtherAmount, Point::RefundSent, 1),
    at(Flow::Dispute, Point::WebhookRecorded, 1),
    at(Flow::Dispute, Point::WebhookCommitted, 1),
    at(Flow::CancelUnpaid, Point::CancelEndedIntent, 1),
    at(Flow::CancelUnpaid, Point::CancelMoved, 1),
    at(Flow::CancelUnpaid, Point::CancelReturnedProduct, 1),
    at(Flow::CancelUnpaid, Point::CancelCommitted, 1),
    at(Flow::CancelPaid, Point::CancelMoved, 1),
    at(Flow::CancelPaid, Point::CancelCommitted, 1),
    at(Flow::CancelPaid, Point::RefundSent, 1),
    at(Flow::Refund, Point::RefundRecorded, 1),
    at(Flow::Refund, Point::RefundSent, 1),
    again(Flow::Refund, Point::RefundRecorded, 1),
    again(Flow::Refund, Point::RefundSent, 1),
    at(Flow::RefundTold, Point::WebhookRecorded, 1),
    at(Flow::Overdue, Point::ExpiryCheckedOverdue, 1),
    at(Flow::Overdue, Point::CancelEndedIntent, 1),
    at(Flow::Overdue, Point::CancelMoved, 1),
    at(Flow::PaidUnheard, Point::ExpiryCheckedUnheard, 1),
    at(Flow::PaidUnheard, Point::ExpiryAskedStripe, 1),
    at(Flow::PaidUnheard, Point::ExpiryStoredPayment, 1),
    at(Flow::PaidUnheard, Point::ExpiryCommittedPayment, 1),
    at(Flow::CancelledUnheard, Point::ExpiryAskedStripe, 1),
    at(Flow::Owing, Point::ExpiryCheckedOwing, 1),
    at(Flow::Owing, Point::RefundSent, 1),
];

impl Case {
    /// The point and its passage, as a function is told them.
    pub(crate) fn at(&self) -> String {
        format!("{}:{}", self.point.as_str(), self.passage)
    }

    /// Whether a transaction is open there, and its documents wait for it.
    pub(crate) const fn is_in_transaction(&self) -> bool {
        matches!(
            self.point,
            Point::CancelMoved
                | Point::CancelReturnedProduct
                | Point::WebhookRecorded
                | Point::WebhookApplied
                | Point::PaymentTookProduct
                | Point::ExpiryStoredPayment
        )
    }
}

impl Display for Case {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let again = if self.asked_again_at_once { ", asked again at once" } else { "" };
        write!(f, "{:?} at {}{again}", self.flow, self.at())
    }
}
