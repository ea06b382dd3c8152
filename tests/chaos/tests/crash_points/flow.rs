//! The flows that lead to fail points. Each has a preparation, the request that runs into the fail point, and the
//! expected state of Ada's order in the end, after the request was repeated.

use crate::fixture::Fixture;
use ferrocart::fail_points::Point;
use serde_json::json;

/// An operation of several steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Ada checks out two products.
    Checkout,
    /// Ada checks out two products, of which Bob has bought the second.
    ShortCheckout,
    /// `maintenance` recovers Ada's dead checkout, which has placed no order.
    DeadCheckout,
    /// Ada repeats her checkout after the first request has died.
    RetriedCheckout,
    /// `maintenance` finalizes Ada's dead checkout, which has placed its order.
    LeftoverHolds,
    /// Ada merges the cart of a guest, one tee, into hers.
    Merge,
    /// The same, while the guest checks out.
    MergeAndCheckout,
    /// Stripe sends the event of Ada's payment.
    Payment,
    /// Stripe sends the event of a cancelled intent.
    CancelledAtStripe,
    /// Stripe sends the event of a payment for an order that Ada has cancelled.
    LatePayment,
    /// The same, after Bob has bought the second product.
    LatePaymentSoldOut,
    /// Stripe sends the event of a payment of another amount.
    MismatchedPayment,
    /// Ada cancels an order with a mismatched payment.
    CancelMismatchedPayment,
    /// Stripe sends the event of a dispute.
    Dispute,
    /// Ada cancels her unpaid order.
    CancelUnpaid,
    /// An administrator cancels Ada's unpaid order.
    CancelUnpaidByAdmin,
    /// An administrator cancels Ada's paid order.
    CancelPaid,
    /// An administrator refunds a part of Ada's payment and restocks the order.
    Refund,
    /// Stripe sends the event of such a refund.
    RefundEvent,
    /// `maintenance` cancels Ada's overdue order.
    Overdue,
    /// `maintenance` reconciles Ada's payment, whose event was not delivered.
    MissedPaymentEvent,
    /// `maintenance` reconciles a cancelled intent, whose event was not delivered.
    MissedCancellationEvent,
    /// Ada checks out, and Stripe refuses her payment for good.
    RefusedCheckout,
    /// `maintenance` reconciles the dispute of Ada's payment, whose event was not delivered.
    MissedDisputeEvent,
    /// `maintenance` sends Ada's refund, after the administrator's request failed.
    OwedRefund,
    /// `mailer` sends the mail about Ada's order, and those that verify addresses.
    Mail,
    /// Ada sets a new password with the link of a mail.
    ResetPassword,
}

impl Flow {
    /// Returns the function that runs into the fail point.
    pub(crate) const fn function(self) -> &'static str {
        match self {
            Self::Checkout
            | Self::ShortCheckout
            | Self::RetriedCheckout
            | Self::RefusedCheckout
            | Self::CancelUnpaid
            | Self::CancelMismatchedPayment => "orders",
            Self::Merge | Self::MergeAndCheckout => "cart",
            Self::CancelUnpaidByAdmin | Self::CancelPaid | Self::Refund => "admin",
            Self::Payment
            | Self::CancelledAtStripe
            | Self::LatePayment
            | Self::LatePaymentSoldOut
            | Self::MismatchedPayment
            | Self::Dispute
            | Self::RefundEvent => "stripe-webhook",
            Self::DeadCheckout
            | Self::LeftoverHolds
            | Self::Overdue
            | Self::MissedPaymentEvent
            | Self::MissedCancellationEvent
            | Self::MissedDisputeEvent
            | Self::OwedRefund => "maintenance",
            Self::Mail => "mailer",
            Self::ResetPassword => "auth",
        }
    }

    /// Brings the shop to the state before the request.
    pub(crate) async fn prepare(self, fixture: &mut Fixture) {
        match self {
            Self::Checkout => {}
            Self::ResetPassword => fixture.ada_receives_link().await,
            Self::Merge | Self::MergeAndCheckout => {
                fixture.guest.fill_cart(&[fixture.tee.item(1)]).await.expect_ok();
            }
            Self::RefusedCheckout => {
                let refusal = json!({
                    "path": "/v1/payment_intents", "method": "POST", "times": 9, "action": "reject",
                    "message": "Amount must be no more than $999,999.99", "code": "amount_too_large",
                });
                fixture.world.stripe.inject_fault(&refusal).await;
            }
            Self::ShortCheckout => {
                fixture.bob_buys(&fixture.mug, 1).await.expect_ok();
            }
            Self::DeadCheckout | Self::RetriedCheckout => fixture.ada_dies_at(Point::CheckoutReservedProduct, 2).await,
            Self::LeftoverHolds => fixture.ada_dies_at(Point::CheckoutPlaced, 1).await,
            Self::LatePayment | Self::LatePaymentSoldOut => {
                // The request dies before the order has its intent, so the cancellation does not cancel the intent.
                fixture.ada_dies_at(Point::CheckoutCreatedIntent, 1).await;
                fixture.ada.cancel(&fixture.order().await).await.expect_ok();
                if self == Self::LatePaymentSoldOut {
                    fixture.bob_buys(&fixture.mug, 1).await.expect_ok();
                }
            }
            _ => {
                fixture.ada_checks_out().await.expect_ok();
                self.prepare_order(fixture).await;
            }
        }
    }

    /// The same for the flows that begin with Ada's order.
    async fn prepare_order(self, fixture: &Fixture) {
        match self {
            // The event of the cancelled intent could arrive before the function's next step.
            Self::CancelUnpaid | Self::CancelUnpaidByAdmin => fixture.world.stripe.hold_events().await,
            Self::CancelPaid | Self::Refund | Self::RefundEvent | Self::Dispute => {
                fixture.ada_pays().await;
                fixture.world.stripe.wait_for_deliveries().await;
            }
            Self::MismatchedPayment => fixture.change_amount().await,
            Self::CancelMismatchedPayment => {
                fixture.change_amount().await;
                fixture.ada_pays().await;
                fixture.world.stripe.wait_for_deliveries().await;
            }
            Self::Overdue => {
                fixture.world.stripe.hold_events().await;
                fixture.world.make_due(true).await;
            }
            _ => self.prepare_maintenance(fixture).await,
        }
    }

    /// The same for the flows in which an event or a refund was lost.
    async fn prepare_maintenance(self, fixture: &Fixture) {
        match self {
            Self::MissedPaymentEvent => {
                fixture.world.stripe.hold_events().await;
                fixture.ada_pays().await;
                fixture.world.make_due(false).await;
            }
            Self::MissedDisputeEvent => {
                fixture.ada_pays().await;
                fixture.world.stripe.wait_for_deliveries().await;
                fixture.world.stripe.hold_events().await;
                fixture.dispute().await;
                fixture.world.make_due(false).await;
            }
            Self::MissedCancellationEvent => {
                fixture.world.stripe.hold_events().await;
                fixture.cancel_at_stripe().await;
                fixture.world.make_due(false).await;
            }
            Self::OwedRefund => {
                fixture.ada_pays().await;
                fixture.world.stripe.wait_for_deliveries().await;
                let fault = json!({ "path": "/v1/refunds", "method": "POST", "action": "drop_before" });
                fixture.world.stripe.inject_fault(&fault).await;
                fixture.admin.update_order_status(&fixture.order().await, "cancelled").await.expect_ok();
            }
            _ => {}
        }
    }

    /// Sends the request, or makes Stripe send the event.
    pub(crate) async fn execute(self, fixture: &Fixture) {
        match self {
            Self::Checkout | Self::ShortCheckout | Self::RetriedCheckout | Self::RefusedCheckout => {
                drop(fixture.ada_checks_out().await)
            }
            Self::Merge | Self::MergeAndCheckout => fixture.ada_merges().await,
            Self::Payment | Self::LatePayment | Self::LatePaymentSoldOut | Self::MismatchedPayment => {
                fixture.ada_pays().await
            }
            Self::Dispute => fixture.dispute().await,
            Self::CancelledAtStripe => fixture.cancel_at_stripe().await,
            Self::CancelUnpaid | Self::CancelMismatchedPayment => {
                drop(fixture.ada.cancel(&fixture.order().await).await)
            }
            Self::CancelUnpaidByAdmin | Self::CancelPaid => {
                drop(fixture.admin.update_order_status(&fixture.order().await, "cancelled").await);
            }
            Self::Refund | Self::RefundEvent => {
                drop(fixture.admin.refund(&fixture.order().await, "refund-1", Some(1000), true).await);
            }
            Self::DeadCheckout
            | Self::LeftoverHolds
            | Self::Overdue
            | Self::MissedPaymentEvent
            | Self::MissedCancellationEvent
            | Self::MissedDisputeEvent
            | Self::OwedRefund => fixture.run_maintenance().await,
            Self::Mail => fixture.run_mailer().await,
            Self::ResetPassword => fixture.ada_resets_password().await,
        }
    }

    /// Returns the expected statuses of Ada's order and its payment in the end, or `None` without an order.
    pub(crate) fn outcome(self) -> Option<(String, String)> {
        let (status, payment) = match self {
            Self::ShortCheckout | Self::DeadCheckout | Self::Merge | Self::MergeAndCheckout | Self::ResetPassword => {
                return None;
            }
            Self::Checkout | Self::RetriedCheckout | Self::LeftoverHolds | Self::Mail => ("pending", "requires_payment"),
            Self::Payment
            | Self::LatePayment
            | Self::MissedPaymentEvent
            | Self::MissedDisputeEvent
            | Self::Dispute => ("processing", "succeeded"),
            Self::Refund | Self::RefundEvent => ("processing", "partially_refunded"),
            Self::LatePaymentSoldOut
            | Self::CancelPaid
            // Recovery cancels an order with a mismatched payment.
            | Self::MismatchedPayment
            | Self::CancelMismatchedPayment
            | Self::OwedRefund => ("cancelled", "refunded"),
            Self::CancelledAtStripe
            | Self::RefusedCheckout
            | Self::CancelUnpaid
            | Self::CancelUnpaidByAdmin
            | Self::Overdue
            | Self::MissedCancellationEvent => ("cancelled", "canceled"),
        };
        Some((status.to_owned(), payment.to_owned()))
    }
}
