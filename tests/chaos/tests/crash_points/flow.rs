//! What a function is at when it dies or falls asleep: what has happened before, what is asked of
//! it, and how it ends when it was asked once more.

use crate::scene::{Scene, done};
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
    LeftHolds,
    /// Stripe tells that ada has paid.
    Payment,
    /// Stripe tells that ada's payment is cancelled.
    CancelledAtStripe,
    /// Stripe tells that ada has paid an order that she has cancelled.
    LatePayment,
    /// As that, and bob has bought the second product.
    LatePaymentSoldOut,
    /// Stripe tells that ada has paid another amount.
    OtherAmount,
    /// Ada cancels an order of which she has paid another amount.
    CancelOtherAmount,
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
    RefundTold,
    /// The scheduled function cancels ada's order, which she has not paid in time.
    Overdue,
    /// The scheduled function finds out that ada has paid.
    PaidUnheard,
    /// The scheduled function finds out that ada's payment is cancelled.
    CancelledUnheard,
    /// The scheduled function sends ada's money back, which an administrator could not.
    Owing,
}

impl Flow {
    /// Which function does it.
    pub(crate) const fn function(self) -> &'static str {
        match self {
            Self::Checkout
            | Self::ShortCheckout
            | Self::RetriedCheckout
            | Self::CancelUnpaid
            | Self::CancelOtherAmount => "orders",
            Self::CancelUnpaidByAdmin | Self::CancelPaid | Self::Refund => "admin",
            Self::Payment
            | Self::CancelledAtStripe
            | Self::LatePayment
            | Self::LatePaymentSoldOut
            | Self::OtherAmount
            | Self::Dispute
            | Self::RefundTold => "stripe-webhook",
            Self::DeadCheckout
            | Self::LeftHolds
            | Self::Overdue
            | Self::PaidUnheard
            | Self::CancelledUnheard
            | Self::Owing => "maintenance",
        }
    }

    /// What has happened before.
    pub(crate) async fn prepare(self, scene: &mut Scene) {
        match self {
            Self::Checkout => {}
            Self::ShortCheckout => drop(done(scene.bob_buys(&scene.mug, 1).await)),
            Self::DeadCheckout | Self::RetriedCheckout => scene.ada_dies_at(Point::CheckoutReservedProduct, 2).await,
            Self::LeftHolds => scene.ada_dies_at(Point::CheckoutPlaced, 1).await,
            Self::LatePayment | Self::LatePaymentSoldOut => {
                // Her request dies before the order knows of its intent, so nobody cancels that.
                scene.ada_dies_at(Point::CheckoutCreatedIntent, 1).await;
                done(scene.ada.cancel(&scene.order().await).await);
                if self == Self::LatePaymentSoldOut {
                    done(scene.bob_buys(&scene.mug, 1).await);
                }
            }
            _ => {
                done(scene.ada_orders().await);
                self.prepare_order(scene).await;
            }
        }
    }

    /// What has happened before to an order that stands.
    async fn prepare_order(self, scene: &Scene) {
        match self {
            // What Stripe tells of its cancelled intent would be faster now and then.
            Self::CancelUnpaid | Self::CancelUnpaidByAdmin => scene.world.stripe.hold_events().await,
            Self::CancelPaid | Self::Owing | Self::Refund | Self::RefundTold | Self::Dispute => {
                scene.ada_pays().await;
                scene.world.stripe.settle().await;
            }
            Self::OtherAmount => scene.change_amount().await,
            Self::CancelOtherAmount => {
                scene.change_amount().await;
                scene.ada_pays().await;
                scene.world.stripe.settle().await;
            }
            Self::Overdue => {
                scene.world.stripe.hold_events().await;
                scene.make_due(true).await;
            }
            Self::PaidUnheard => {
                scene.world.stripe.hold_events().await;
                scene.ada_pays().await;
                scene.make_due(false).await;
            }
            Self::CancelledUnheard => {
                scene.world.stripe.hold_events().await;
                scene.cancel_at_stripe().await;
                scene.make_due(false).await;
            }
            _ => {}
        }
        if self == Self::Owing {
            scene
                .world
                .stripe
                .order_fault(&json!({ "path": "/v1/refunds", "method": "POST", "action": "drop_before" }))
                .await;
            done(scene.admin.move_order(&scene.order().await, "cancelled").await);
        }
    }

    /// Asks for it, or makes Stripe tell of it.
    pub(crate) async fn act(self, scene: &Scene) {
        match self {
            Self::Checkout | Self::ShortCheckout | Self::RetriedCheckout => drop(scene.ada_orders().await),
            Self::Payment | Self::LatePayment | Self::LatePaymentSoldOut | Self::OtherAmount => scene.ada_pays().await,
            Self::Dispute => scene.dispute().await,
            Self::CancelledAtStripe => scene.cancel_at_stripe().await,
            Self::CancelUnpaid | Self::CancelOtherAmount => drop(scene.ada.cancel(&scene.order().await).await),
            Self::CancelUnpaidByAdmin | Self::CancelPaid => {
                drop(scene.admin.move_order(&scene.order().await, "cancelled").await);
            }
            Self::Refund | Self::RefundTold => {
                drop(scene.admin.refund(&scene.order().await, "refund-1", Some(1000), true).await);
            }
            Self::DeadCheckout
            | Self::LeftHolds
            | Self::Overdue
            | Self::PaidUnheard
            | Self::CancelledUnheard
            | Self::Owing => drop(scene.expire().await),
        }
    }

    /// How ada's order stands in the end, and its payment; nothing if there is none.
    pub(crate) fn outcome(self) -> Option<(String, String)> {
        let (status, payment) = match self {
            Self::ShortCheckout | Self::DeadCheckout => return None,
            Self::Checkout | Self::RetriedCheckout | Self::LeftHolds => ("pending", "requires_payment"),
            Self::Payment | Self::LatePayment | Self::PaidUnheard | Self::Dispute => ("processing", "succeeded"),
            Self::Refund | Self::RefundTold => ("processing", "partially_refunded"),
            Self::LatePaymentSoldOut
            | Self::CancelPaid
            // Whoever brings the shop to rest cancels what is marked so.
            | Self::OtherAmount
            | Self::CancelOtherAmount
            | Self::Owing => ("cancelled", "refunded"),
            Self::CancelledAtStripe
            | Self::CancelUnpaid
            | Self::CancelUnpaidByAdmin
            | Self::Overdue
            | Self::CancelledUnheard => ("cancelled", "canceled"),
        };
        Some((status.to_owned(), payment.to_owned()))
    }
}
