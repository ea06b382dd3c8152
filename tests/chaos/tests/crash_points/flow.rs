//! What a function is at when it dies or falls asleep: what has happened before, what is asked of
//! it, and how it ends when it was asked once more.

use crate::fixture::{Fixture, done};
use ferrocart::fail_points::Point;
use serde_json::json;

/// Something of several steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Ada buys two products.
    Checkout,
    /// Ada wants two products, of which bob has bought the second.
    ShortCheckout,
    /// The scheduled function undoes ada's checkout, which has died.
    DeadCheckout,
    /// Ada buys once more what she could not when her request died.
    RetriedCheckout,
    /// The scheduled function clears holds of ada's order, whose request has died.
    LeftoverHolds,
    /// Stripe tells that ada has paid.
    Payment,
    /// Stripe tells that ada's payment is cancelled.
    CancelledAtStripe,
    /// Stripe tells that ada has paid an order that she has cancelled.
    LatePayment,
    /// As that, and bob has bought the second product.
    LatePaymentSoldOut,
    /// Stripe tells that ada has paid another amount.
    MismatchedPayment,
    /// Ada cancels an order of which she has paid another amount.
    CancelMismatchedPayment,
    /// Stripe tells that ada's bank takes her money back.
    Dispute,
    /// Ada cancels her order.
    CancelUnpaid,
    /// An administrator cancels ada's order.
    CancelUnpaidByAdmin,
    /// An administrator cancels ada's order, which is paid.
    CancelPaid,
    /// An administrator sends a part of ada's money back, and takes the goods back.
    Refund,
    /// Stripe tells of such a refund.
    RefundEvent,
    /// The scheduled function cancels ada's order, which she has not paid in time.
    Overdue,
    /// The scheduled function finds out that ada has paid.
    MissedPaymentEvent,
    /// The scheduled function finds out that ada's payment is cancelled.
    MissedCancellationEvent,
    /// The scheduled function sends ada's money back, which an administrator could not.
    OwedRefund,
}

impl Flow {
    /// Which function does it.
    pub(crate) const fn function(self) -> &'static str {
        match self {
            Self::Checkout
            | Self::ShortCheckout
            | Self::RetriedCheckout
            | Self::CancelUnpaid
            | Self::CancelMismatchedPayment => "orders",
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
            | Self::OwedRefund => "maintenance",
        }
    }

    /// What has happened before.
    pub(crate) async fn prepare(self, fixture: &mut Fixture) {
        match self {
            Self::Checkout => {}
            Self::ShortCheckout => drop(done(fixture.bob_buys(&fixture.mug, 1).await)),
            Self::DeadCheckout | Self::RetriedCheckout => fixture.ada_dies_at(Point::CheckoutReservedProduct, 2).await,
            Self::LeftoverHolds => fixture.ada_dies_at(Point::CheckoutPlaced, 1).await,
            Self::LatePayment | Self::LatePaymentSoldOut => {
                // Her request dies before the order knows of its intent, so nobody cancels that.
                fixture.ada_dies_at(Point::CheckoutCreatedIntent, 1).await;
                done(fixture.ada.cancel(&fixture.order().await).await);
                if self == Self::LatePaymentSoldOut {
                    done(fixture.bob_buys(&fixture.mug, 1).await);
                }
            }
            _ => {
                done(fixture.ada_orders().await);
                self.prepare_order(fixture).await;
            }
        }
    }

    /// What has happened before to an order that stands.
    async fn prepare_order(self, fixture: &Fixture) {
        match self {
            // What Stripe tells of its cancelled intent would be faster now and then.
            Self::CancelUnpaid | Self::CancelUnpaidByAdmin => fixture.world.stripe.hold_events().await,
            Self::CancelPaid | Self::OwedRefund | Self::Refund | Self::RefundEvent | Self::Dispute => {
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
                fixture.make_due(true).await;
            }
            Self::MissedPaymentEvent => {
                fixture.world.stripe.hold_events().await;
                fixture.ada_pays().await;
                fixture.make_due(false).await;
            }
            Self::MissedCancellationEvent => {
                fixture.world.stripe.hold_events().await;
                fixture.cancel_at_stripe().await;
                fixture.make_due(false).await;
            }
            _ => {}
        }
        if self == Self::OwedRefund {
            fixture
                .world
                .stripe
                .inject_fault(&json!({ "path": "/v1/refunds", "method": "POST", "action": "drop_before" }))
                .await;
            done(fixture.admin.update_order_status(&fixture.order().await, "cancelled").await);
        }
    }

    /// Asks for it, or makes Stripe tell of it.
    pub(crate) async fn execute(self, fixture: &Fixture) {
        match self {
            Self::Checkout | Self::ShortCheckout | Self::RetriedCheckout => drop(fixture.ada_orders().await),
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
            | Self::OwedRefund => drop(fixture.run_maintenance().await),
        }
    }

    /// How ada's order stands in the end, and its payment; nothing if there is none.
    pub(crate) fn outcome(self) -> Option<(String, String)> {
        let (status, payment) = match self {
            Self::ShortCheckout | Self::DeadCheckout => return None,
            Self::Checkout | Self::RetriedCheckout | Self::LeftoverHolds => ("pending", "requires_payment"),
            Self::Payment | Self::LatePayment | Self::MissedPaymentEvent | Self::Dispute => ("processing", "succeeded"),
            Self::Refund | Self::RefundEvent => ("processing", "partially_refunded"),
            Self::LatePaymentSoldOut
            | Self::CancelPaid
            // Whoever brings the shop to rest cancels what is marked so.
            | Self::MismatchedPayment
            | Self::CancelMismatchedPayment
            | Self::OwedRefund => ("cancelled", "refunded"),
            Self::CancelledAtStripe
            | Self::CancelUnpaid
            | Self::CancelUnpaidByAdmin
            | Self::Overdue
            | Self::MissedCancellationEvent => ("cancelled", "canceled"),
        };
        Some((status.to_owned(), payment.to_owned()))
    }
}
