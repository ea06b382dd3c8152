//! Places between two steps where a test build can be told to die or to fall asleep, and defects
//! that it can be told to have. Without the feature `chaos`, which only the tests switch on, there
//! is none of it in the program.

#[cfg(feature = "chaos")]
mod armed;

#[cfg(feature = "chaos")]
pub use armed::{ChaosError, arm, fail_point, injected, is_impatient};

/// Declares an enum with the list of all its values and their names in `snake_case`.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$about])* $value,)+
        }

        impl $name {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// The name by which it is asked for.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        }
    };
}

named! {
    /// A place between two steps of something that takes several.
    Point {
        /// The stock of one more product is taken.
        CheckoutReservedProduct = "checkout_reserved_product",
        /// The order stands, and the cart is still full.
        CheckoutPlaced = "checkout_placed",
        /// The cart is empty, and the holds are still there.
        CheckoutEmptiedCart = "checkout_emptied_cart",
        /// The holds are gone, and nobody has asked for the payment.
        CheckoutRemovedHolds = "checkout_removed_holds",
        /// Stripe has a payment intent of which the order does not know.
        CheckoutCreatedIntent = "checkout_created_intent",
        /// The order has its payment intent, and the buyer has no answer.
        CheckoutAttachedIntent = "checkout_attached_intent",
        /// A dead request cannot place its order any more, and its stock is still held.
        RecoveryInsertedTombstone = "recovery_inserted_tombstone",
        /// The holds on one more product are released.
        HoldReleased = "hold_released",
        /// Nobody can pay the order any more, and it is still pending.
        CancelCanceledIntent = "cancel_canceled_intent",
        /// In the transaction: the order is cancelled.
        CancelStoredTransition = "cancel_stored_transition",
        /// In the transaction: the stock of one more product is back.
        CancelRestockedProduct = "cancel_restocked_product",
        /// The order is cancelled with its stock.
        CancelCommitted = "cancel_committed",
        /// A refund stands on its order, and nobody has sent it.
        RefundRecorded = "refund_recorded",
        /// Stripe has a refund, and its order does not know that.
        RefundSent = "refund_sent",
        /// The order knows that Stripe has the refund, and nobody has an answer.
        RefundStored = "refund_stored",
        /// In the transaction: an event is recorded and has had no effect.
        WebhookRecorded = "webhook_recorded",
        /// In the transaction: an event is recorded and has had its effect.
        WebhookApplied = "webhook_applied",
        /// An event has had its effect, and Stripe has no answer.
        WebhookCommitted = "webhook_committed",
        /// An overdue order is marked as looked at.
        ExpiryMarkedChecked = "expiry_marked_checked",
        /// An order without news is marked as looked at.
        ReconcileMarkedChecked = "reconcile_marked_checked",
        /// In the transaction: the stock of one more product of an order that is paid after all is taken.
        PaymentReacquiredProduct = "payment_reacquired_product",
        /// Stripe has told how far a payment is.
        ReconcileRetrievedIntent = "reconcile_retrieved_intent",
        /// In the transaction: what Stripe has told is stored.
        PaymentStored = "payment_stored",
        /// What Stripe has told has had its effect.
        ReconcileCommittedPayment = "reconcile_committed_payment",
        /// An order that owes a refund is marked as looked at.
        RefundsMarkedChecked = "refunds_marked_checked",
        /// A hold that somebody left behind is gone.
        HoldsRecovered = "holds_recovered",
    }
}

named! {
    /// A mistake that a shop could make. The tests show that each one is found.
    Defect {
        /// Stock is taken whether there is enough or not.
        NoStockCondition = "no_stock_condition",
        /// Stock is given back whether it is held or not.
        GiveBackWithoutHold = "give_back_without_hold",
        /// A failed checkout is undone without asking whether its order stands.
        CompensationWithoutAsking = "compensation_without_asking",
        /// An event counts as seen before it has had its effect.
        EventBeforeEffect = "event_before_effect",
        /// A write counts as done when one member of the replica set has it.
        AcknowledgedByOne = "acknowledged_by_one",
    }
}

/// Passes a point.
#[cfg(not(feature = "chaos"))]
#[inline]
pub const fn fail_point(_: Point) {}

/// Whether others are to be taken for dead at once: never.
#[cfg(not(feature = "chaos"))]
#[inline]
#[must_use]
pub const fn is_impatient() -> bool {
    false
}

/// Whether the shop is to make that mistake: never.
#[cfg(not(feature = "chaos"))]
#[inline]
#[must_use]
pub const fn injected(_: Defect) -> bool {
    false
}
