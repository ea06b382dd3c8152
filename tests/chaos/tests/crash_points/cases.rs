//! The cases: for each fail point, the flows that reach it, once for crashes and once for suspensions.

use crate::flow::Flow;
use ferrocart::fail_points::Point;
use std::fmt::{Display, Formatter};

/// The nth passage of a fail point in a flow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) flow: Flow,
    pub(crate) point: Point,
    passage: u32,
    /// Whether the flow is repeated before `maintenance` has run, as by a client that retries at once.
    pub(crate) is_repeated_before_recovery: bool,
}

const fn at(flow: Flow, point: Point, passage: u32) -> Case {
    Case { flow, point, passage, is_repeated_before_recovery: false }
}

/// The same, with the repetition before `maintenance` has run.
const fn repeated(flow: Flow, point: Point, passage: u32) -> Case {
    Case { flow, point, passage, is_repeated_before_recovery: true }
}

/// The cases in which the function crashes.
pub(crate) const CRASHES: &[Case] = &[
    at(Flow::Checkout, Point::CheckoutReservedProduct, 1),
    at(Flow::Checkout, Point::CheckoutReservedProduct, 2),
    at(Flow::Checkout, Point::CheckoutPlaced, 1),
    at(Flow::Checkout, Point::CheckoutEmptiedCart, 1),
    at(Flow::Checkout, Point::CheckoutRemovedHolds, 1),
    at(Flow::Checkout, Point::CheckoutCreatedIntent, 1),
    at(Flow::Checkout, Point::CheckoutAttachedIntent, 1),
    repeated(Flow::Checkout, Point::CheckoutReservedProduct, 1),
    repeated(Flow::Checkout, Point::CheckoutReservedProduct, 2),
    repeated(Flow::Checkout, Point::CheckoutPlaced, 1),
    repeated(Flow::Checkout, Point::CheckoutEmptiedCart, 1),
    repeated(Flow::Checkout, Point::CheckoutRemovedHolds, 1),
    repeated(Flow::Checkout, Point::CheckoutCreatedIntent, 1),
    repeated(Flow::Checkout, Point::CheckoutAttachedIntent, 1),
    at(Flow::ShortCheckout, Point::CheckoutReservedProduct, 1),
    at(Flow::ShortCheckout, Point::HoldReleased, 1),
    repeated(Flow::ShortCheckout, Point::CheckoutReservedProduct, 1),
    repeated(Flow::ShortCheckout, Point::HoldReleased, 1),
    at(Flow::DeadCheckout, Point::RecoveryInsertedTombstone, 1),
    at(Flow::DeadCheckout, Point::HoldReleased, 1),
    at(Flow::DeadCheckout, Point::HoldReleased, 2),
    at(Flow::DeadCheckout, Point::HoldsRecovered, 1),
    repeated(Flow::RetriedCheckout, Point::RecoveryInsertedTombstone, 1),
    repeated(Flow::RetriedCheckout, Point::HoldReleased, 1),
    at(Flow::LeftoverHolds, Point::CheckoutEmptiedCart, 1),
    at(Flow::LeftoverHolds, Point::CheckoutRemovedHolds, 1),
    at(Flow::LeftoverHolds, Point::HoldsRecovered, 1),
    at(Flow::Merge, Point::MergeReadCarts, 1),
    at(Flow::Merge, Point::MergeCommitted, 1),
    repeated(Flow::Merge, Point::MergeReadCarts, 1),
    repeated(Flow::Merge, Point::MergeCommitted, 1),
    at(Flow::Payment, Point::WebhookRecorded, 1),
    at(Flow::Payment, Point::WebhookApplied, 1),
    at(Flow::Payment, Point::WebhookCommitted, 1),
    at(Flow::CancelledAtStripe, Point::WebhookRecorded, 1),
    at(Flow::CancelledAtStripe, Point::CancelStoredTransition, 1),
    at(Flow::CancelledAtStripe, Point::CancelRestockedProduct, 1),
    at(Flow::CancelledAtStripe, Point::CancelRestockedProduct, 2),
    at(Flow::CancelledAtStripe, Point::WebhookCommitted, 1),
    at(Flow::LatePayment, Point::PaymentReacquiredProduct, 1),
    at(Flow::LatePayment, Point::PaymentReacquiredProduct, 2),
    at(Flow::LatePayment, Point::WebhookApplied, 1),
    at(Flow::LatePayment, Point::WebhookCommitted, 1),
    at(Flow::LatePaymentSoldOut, Point::PaymentReacquiredProduct, 1),
    at(Flow::LatePaymentSoldOut, Point::WebhookApplied, 1),
    at(Flow::LatePaymentSoldOut, Point::WebhookCommitted, 1),
    at(Flow::LatePaymentSoldOut, Point::RefundSent, 1),
    at(Flow::LatePaymentSoldOut, Point::RefundStored, 1),
    at(Flow::MismatchedPayment, Point::WebhookRecorded, 1),
    at(Flow::MismatchedPayment, Point::WebhookApplied, 1),
    at(Flow::MismatchedPayment, Point::WebhookCommitted, 1),
    at(Flow::CancelMismatchedPayment, Point::CancelStoredTransition, 1),
    at(Flow::CancelMismatchedPayment, Point::CancelRestockedProduct, 2),
    at(Flow::CancelMismatchedPayment, Point::CancelCommitted, 1),
    at(Flow::CancelMismatchedPayment, Point::RefundSent, 1),
    at(Flow::CancelMismatchedPayment, Point::RefundStored, 1),
    at(Flow::Dispute, Point::WebhookRecorded, 1),
    at(Flow::Dispute, Point::WebhookApplied, 1),
    at(Flow::Dispute, Point::WebhookCommitted, 1),
    at(Flow::CancelUnpaid, Point::CancelCanceledIntent, 1),
    at(Flow::CancelUnpaid, Point::CancelStoredTransition, 1),
    at(Flow::CancelUnpaid, Point::CancelRestockedProduct, 1),
    at(Flow::CancelUnpaid, Point::CancelRestockedProduct, 2),
    at(Flow::CancelUnpaid, Point::CancelCommitted, 1),
    repeated(Flow::CancelUnpaid, Point::CancelCanceledIntent, 1),
    at(Flow::CancelUnpaidByAdmin, Point::CancelCanceledIntent, 1),
    at(Flow::CancelUnpaidByAdmin, Point::CancelCommitted, 1),
    at(Flow::CancelPaid, Point::CancelStoredTransition, 1),
    at(Flow::CancelPaid, Point::CancelRestockedProduct, 2),
    at(Flow::CancelPaid, Point::CancelCommitted, 1),
    at(Flow::CancelPaid, Point::RefundSent, 1),
    at(Flow::CancelPaid, Point::RefundStored, 1),
    at(Flow::Refund, Point::CancelRestockedProduct, 1),
    at(Flow::Refund, Point::RefundRecorded, 1),
    at(Flow::Refund, Point::RefundSent, 1),
    at(Flow::Refund, Point::RefundStored, 1),
    repeated(Flow::Refund, Point::RefundRecorded, 1),
    repeated(Flow::Refund, Point::RefundSent, 1),
    repeated(Flow::Refund, Point::RefundStored, 1),
    at(Flow::RefundEvent, Point::WebhookRecorded, 1),
    at(Flow::RefundEvent, Point::WebhookApplied, 1),
    at(Flow::RefundEvent, Point::WebhookCommitted, 1),
    at(Flow::Overdue, Point::ExpiryMarkedChecked, 1),
    at(Flow::Overdue, Point::CancelCanceledIntent, 1),
    at(Flow::Overdue, Point::CancelStoredTransition, 1),
    at(Flow::Overdue, Point::CancelRestockedProduct, 2),
    at(Flow::Overdue, Point::CancelCommitted, 1),
    at(Flow::MissedPaymentEvent, Point::ReconcileMarkedChecked, 1),
    at(Flow::MissedPaymentEvent, Point::ReconcileRetrievedIntent, 1),
    at(Flow::MissedPaymentEvent, Point::PaymentStored, 1),
    at(Flow::MissedPaymentEvent, Point::ReconcileCommittedPayment, 1),
    at(Flow::MissedCancellationEvent, Point::ReconcileRetrievedIntent, 1),
    at(Flow::MissedCancellationEvent, Point::CancelStoredTransition, 1),
    at(Flow::MissedCancellationEvent, Point::CancelCommitted, 1),
    at(Flow::OwedRefund, Point::RefundsMarkedChecked, 1),
    at(Flow::OwedRefund, Point::RefundSent, 1),
    at(Flow::OwedRefund, Point::RefundStored, 1),
    at(Flow::RefusedCheckout, Point::CheckoutRefusedIntent, 1),
    repeated(Flow::RefusedCheckout, Point::CheckoutRefusedIntent, 1),
    at(Flow::RefusedCheckout, Point::CancelStoredTransition, 1),
    at(Flow::CancelUnpaid, Point::CancelRetrievedIntent, 1),
    at(Flow::Overdue, Point::CancelRetrievedIntent, 1),
    at(Flow::MissedDisputeEvent, Point::ReconcileRetrievedDisputes, 1),
    at(Flow::Mail, Point::MailLeased, 1),
    at(Flow::Mail, Point::MailPrepared, 1),
    at(Flow::Mail, Point::MailSent, 1),
    repeated(Flow::Mail, Point::MailLeased, 1),
    repeated(Flow::Mail, Point::MailPrepared, 1),
    repeated(Flow::Mail, Point::MailSent, 1),
    at(Flow::ResetPassword, Point::LinkConsumed, 1),
    at(Flow::ResetPassword, Point::ResetCommitted, 1),
    repeated(Flow::ResetPassword, Point::LinkConsumed, 1),
    repeated(Flow::ResetPassword, Point::ResetCommitted, 1),
];

/// The cases in which the function is suspended.
pub(crate) const SUSPENSIONS: &[Case] = &[
    at(Flow::Checkout, Point::CheckoutReservedProduct, 1),
    at(Flow::Checkout, Point::CheckoutReservedProduct, 2),
    at(Flow::Checkout, Point::CheckoutPlaced, 1),
    at(Flow::Checkout, Point::CheckoutEmptiedCart, 1),
    at(Flow::Checkout, Point::CheckoutRemovedHolds, 1),
    at(Flow::Checkout, Point::CheckoutCreatedIntent, 1),
    at(Flow::Checkout, Point::CheckoutAttachedIntent, 1),
    repeated(Flow::Checkout, Point::CheckoutReservedProduct, 1),
    repeated(Flow::Checkout, Point::CheckoutReservedProduct, 2),
    repeated(Flow::Checkout, Point::CheckoutPlaced, 1),
    repeated(Flow::Checkout, Point::CheckoutEmptiedCart, 1),
    repeated(Flow::Checkout, Point::CheckoutCreatedIntent, 1),
    at(Flow::ShortCheckout, Point::CheckoutReservedProduct, 1),
    at(Flow::ShortCheckout, Point::HoldReleased, 1),
    repeated(Flow::ShortCheckout, Point::CheckoutReservedProduct, 1),
    at(Flow::DeadCheckout, Point::RecoveryInsertedTombstone, 1),
    at(Flow::DeadCheckout, Point::HoldReleased, 1),
    at(Flow::DeadCheckout, Point::HoldsRecovered, 1),
    repeated(Flow::RetriedCheckout, Point::RecoveryInsertedTombstone, 1),
    repeated(Flow::RetriedCheckout, Point::HoldReleased, 1),
    at(Flow::LeftoverHolds, Point::CheckoutEmptiedCart, 1),
    at(Flow::LeftoverHolds, Point::HoldsRecovered, 1),
    at(Flow::MergeAndCheckout, Point::MergeReadCarts, 1),
    at(Flow::MergeAndCheckout, Point::MergeCommitted, 1),
    repeated(Flow::Merge, Point::MergeReadCarts, 1),
    repeated(Flow::Merge, Point::MergeCommitted, 1),
    at(Flow::Payment, Point::WebhookRecorded, 1),
    at(Flow::Payment, Point::WebhookApplied, 1),
    at(Flow::Payment, Point::WebhookCommitted, 1),
    at(Flow::CancelledAtStripe, Point::CancelRestockedProduct, 1),
    at(Flow::LatePayment, Point::PaymentReacquiredProduct, 1),
    at(Flow::LatePaymentSoldOut, Point::PaymentReacquiredProduct, 1),
    at(Flow::LatePaymentSoldOut, Point::RefundSent, 1),
    at(Flow::LatePaymentSoldOut, Point::RefundStored, 1),
    at(Flow::MismatchedPayment, Point::WebhookCommitted, 1),
    at(Flow::CancelMismatchedPayment, Point::CancelCommitted, 1),
    at(Flow::CancelMismatchedPayment, Point::RefundSent, 1),
    at(Flow::Dispute, Point::WebhookRecorded, 1),
    at(Flow::Dispute, Point::WebhookCommitted, 1),
    at(Flow::CancelUnpaid, Point::CancelCanceledIntent, 1),
    at(Flow::CancelUnpaid, Point::CancelStoredTransition, 1),
    at(Flow::CancelUnpaid, Point::CancelRestockedProduct, 1),
    at(Flow::CancelUnpaid, Point::CancelCommitted, 1),
    at(Flow::CancelPaid, Point::CancelStoredTransition, 1),
    at(Flow::CancelPaid, Point::CancelCommitted, 1),
    at(Flow::CancelPaid, Point::RefundSent, 1),
    at(Flow::Refund, Point::RefundRecorded, 1),
    at(Flow::Refund, Point::RefundSent, 1),
    repeated(Flow::Refund, Point::RefundRecorded, 1),
    repeated(Flow::Refund, Point::RefundSent, 1),
    at(Flow::RefundEvent, Point::WebhookRecorded, 1),
    at(Flow::Overdue, Point::ExpiryMarkedChecked, 1),
    at(Flow::Overdue, Point::CancelCanceledIntent, 1),
    at(Flow::Overdue, Point::CancelStoredTransition, 1),
    at(Flow::MissedPaymentEvent, Point::ReconcileMarkedChecked, 1),
    at(Flow::MissedPaymentEvent, Point::ReconcileRetrievedIntent, 1),
    at(Flow::MissedPaymentEvent, Point::PaymentStored, 1),
    at(Flow::MissedPaymentEvent, Point::ReconcileCommittedPayment, 1),
    at(Flow::MissedCancellationEvent, Point::ReconcileRetrievedIntent, 1),
    at(Flow::OwedRefund, Point::RefundsMarkedChecked, 1),
    at(Flow::OwedRefund, Point::RefundSent, 1),
    at(Flow::RefusedCheckout, Point::CheckoutRefusedIntent, 1),
    at(Flow::CancelUnpaid, Point::CancelRetrievedIntent, 1),
    at(Flow::Overdue, Point::CancelRetrievedIntent, 1),
    at(Flow::MissedDisputeEvent, Point::ReconcileRetrievedDisputes, 1),
    at(Flow::Mail, Point::MailLeased, 1),
    repeated(Flow::Mail, Point::MailLeased, 1),
    repeated(Flow::Mail, Point::MailPrepared, 1),
    repeated(Flow::Mail, Point::MailSent, 1),
    repeated(Flow::ResetPassword, Point::LinkConsumed, 1),
    repeated(Flow::ResetPassword, Point::ResetCommitted, 1),
];

impl Case {
    /// Returns the fail point and the number of its passage, in the syntax of `CHAOS_POINT`.
    pub(crate) fn location(&self) -> String {
        format!("{}:{}", self.point.as_str(), self.passage)
    }

    /// Returns whether a transaction is open at the fail point, which locks its documents.
    pub(crate) const fn is_in_transaction(&self) -> bool {
        matches!(
            self.point,
            Point::CancelStoredTransition
                | Point::CancelRestockedProduct
                | Point::LinkConsumed
                | Point::WebhookRecorded
                | Point::WebhookApplied
                | Point::PaymentReacquiredProduct
                | Point::PaymentStored
        )
    }
}

impl Display for Case {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let repeated = if self.is_repeated_before_recovery { ", repeated before recovery" } else { "" };
        write!(f, "{:?} at {}{repeated}", self.flow, self.location())
    }
}
