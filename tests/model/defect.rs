//! Defects that the shop could have. `defects_found.rs` shows that the model finds each of them.

/// A deliberate defect in the modelled shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Defect {
    /// `reserve_stock` does not demand sufficient stock.
    NoStockCondition,
    /// There is no unique index on a user's idempotency keys.
    NoUniqueKey,
    /// There is no unique index on the purchases of a cart.
    NoUniquePurchase,
    /// That index contains the version of the cart instead of the number of its purchase.
    CartVersionInIndex,
    /// `recover_checkout` releases holds without inserting a tombstone.
    NoTombstone,
    /// `place` does not collide with a tombstone.
    OrderOverTombstone,
    /// `recover_checkout` releases the holds of a placed order.
    PlacedOrderReleased,
    /// The tombstone does not wait for a majority.
    TombstoneOnPrimaryOnly,
    /// `remove_purchased` does not demand that the purchase is uncounted, so that a repetition removes the lines again.
    PurchaseUncounted,
    /// `release_hold` does not demand a hold.
    ReleaseWithoutHold,
    /// The holds are removed before the order is placed.
    HoldsRemovedBeforePlace,
    /// `finalize_checkout` removes the holds before the purchased lines.
    HoldsRemovedBeforeCartLines,
    /// After an unknown result of `place`, stock is released although the order may be placed.
    ReleaseAfterUnknownResult,
    /// An unpaid order is cancelled here first, and then at Stripe.
    CancelHereFirst,
    /// A paid order is refunded first, and then cancelled here.
    RefundFirst,
    /// An event is recorded before it takes effect.
    EventBeforeEffect,
    /// The payment of a cancelled order is ignored.
    LatePaymentIgnored,
    /// `reserve_stock` does not wait for a majority.
    StockOnPrimaryOnly,
    /// `place` does not wait for a majority.
    OrderOnPrimaryOnly,
    /// An intent whose order was cancelled before the intent was attached stays open.
    AbandonedIntentKept,
    /// An order that was read without an intent is cancelled even if it has one now.
    CancelDespiteIntent,
    /// Buyers cancel an intent whose payment is under way.
    DebitCancelledByBuyer,
    /// The schedule cancels an intent whose payment is under way.
    DebitCancelledBySystem,
    /// An order whose payment is under way is cancelled here, with its stock.
    StockOfDebitReleased,
    /// An order whose payment was under way and has failed is not reconciled.
    FailedDebitNotReconciled,
    /// A merge does not take the purchase numbers of the carts.
    MergeUncounted,
    /// The payment status of an order is set although the order is not pending any more.
    StatusOfPaidOrderOverwritten,
}
