//! Fail points, at which a test build crashes or stops, and defects that it can inject. Without the feature `chaos`,
//! which only tests enable, all of it compiles to nothing.

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
            /// All values.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// Returns the name in `snake_case`.
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
    /// A point between two steps of an operation.
    Point {
        /// The stock of one more product is reserved.
        CheckoutReservedProduct = "checkout_reserved_product",
        /// The order is placed; the cart still has its items.
        CheckoutPlaced = "checkout_placed",
        /// The purchased items are removed from the cart; the holds still exist.
        CheckoutEmptiedCart = "checkout_emptied_cart",
        /// The holds are removed; no payment was requested.
        CheckoutRemovedHolds = "checkout_removed_holds",
        /// Stripe has created the payment intent; the order does not have it yet.
        CheckoutCreatedIntent = "checkout_created_intent",
        /// The order has its payment intent; the response is not sent.
        CheckoutAttachedIntent = "checkout_attached_intent",
        /// A tombstone prevents the order of a dead request; its holds still exist.
        RecoveryInsertedTombstone = "recovery_inserted_tombstone",
        /// Both carts of a merge are read; nothing is written.
        MergeReadCarts = "merge_read_carts",
        /// The merge of two carts is committed; the response is not sent.
        MergeCommitted = "merge_committed",
        /// The holds on one more product are released.
        HoldReleased = "hold_released",
        /// Stripe has refused to create a payment intent; the order is still pending.
        CheckoutRefusedIntent = "checkout_refused_intent",
        /// The payment intent can be cancelled; it is not cancelled yet.
        CancelRetrievedIntent = "cancel_retrieved_intent",
        /// The payment intent is cancelled; the order is still pending.
        CancelCanceledIntent = "cancel_canceled_intent",
        /// In the transaction: the order is cancelled.
        CancelStoredTransition = "cancel_stored_transition",
        /// In the transaction: the stock of one more product is restocked.
        CancelRestockedProduct = "cancel_restocked_product",
        /// The order is cancelled and its stock restocked.
        CancelCommitted = "cancel_committed",
        /// A refund is recorded on its order; it is not sent.
        RefundRecorded = "refund_recorded",
        /// Stripe has the refund; the result is not stored.
        RefundSent = "refund_sent",
        /// The result of the refund is stored; the response is not sent.
        RefundStored = "refund_stored",
        /// In the transaction: an event is recorded; its effect is not stored.
        WebhookRecorded = "webhook_recorded",
        /// In the transaction: an event is recorded and its effect stored.
        WebhookApplied = "webhook_applied",
        /// The effect of an event is committed; the response to Stripe is not sent.
        WebhookCommitted = "webhook_committed",
        /// An overdue order is marked as checked.
        ExpiryMarkedChecked = "expiry_marked_checked",
        /// An order without recent events is marked as checked.
        ReconcileMarkedChecked = "reconcile_marked_checked",
        /// In the transaction: the stock of one more product is reacquired for a late payment.
        PaymentReacquiredProduct = "payment_reacquired_product",
        /// The payment intent is retrieved from Stripe.
        ReconcileRetrievedIntent = "reconcile_retrieved_intent",
        /// In the transaction: the status of the payment is stored.
        PaymentStored = "payment_stored",
        /// The effect of the retrieved payment intent is committed.
        ReconcileCommittedPayment = "reconcile_committed_payment",
        /// The disputes of a paid order are retrieved from Stripe.
        ReconcileRetrievedDisputes = "reconcile_retrieved_disputes",
        /// An order with open refunds is marked as checked.
        RefundsMarkedChecked = "refunds_marked_checked",
        /// A stale hold is released.
        HoldsRecovered = "holds_recovered",
        /// In the transaction: the token of a link in a mail is consumed; its effect is not stored.
        LinkConsumed = "link_consumed",
        /// A new password is stored with the token of a link; the response is not sent.
        ResetCommitted = "reset_committed",
        /// A notification is leased; its mail is not sent.
        MailLeased = "mail_leased",
        /// A mail is prepared, and the token of its link is stored; it is not sent.
        MailPrepared = "mail_prepared",
        /// SES has accepted a mail; that is not stored.
        MailSent = "mail_sent",
    }
}

named! {
    /// A defect that can be injected. Tests show that the checkers detect each one.
    Defect {
        /// Stock is reserved without the condition that it suffices.
        NoStockCondition = "no_stock_condition",
        /// Stock is released without the condition that its hold exists.
        ReleaseWithoutHold = "release_without_hold",
        /// Stock is released after an insert with an unknown result, although the order may be placed.
        CompensateWithoutCheck = "compensate_without_check",
        /// An event is recorded before its effect is stored, in a transaction of its own.
        EventBeforeEffect = "event_before_effect",
        /// Writes are acknowledged by one member of the replica set.
        AcknowledgedByOne = "acknowledged_by_one",
    }
}

/// Marks a fail point. Without the feature `chaos`, does nothing.
#[cfg(not(feature = "chaos"))]
#[inline]
pub const fn fail_point(_: Point) {}

/// Returns whether other requests count as dead at once: without the feature `chaos`, never.
#[cfg(not(feature = "chaos"))]
#[inline]
#[must_use]
pub const fn is_impatient() -> bool {
    false
}

/// Returns whether this defect is injected: without the feature `chaos`, never.
#[cfg(not(feature = "chaos"))]
#[inline]
#[must_use]
pub const fn injected(_: Defect) -> bool {
    false
}
