//! Mistakes that the shop could make. The tests show that the model finds each of them.

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Defect {
    /// `take_stock` takes what is not there.
    NoStockCondition,
    /// `insert` knows no unique index.
    NoUniqueKey,
    /// `undo` does not mark the reservation as abandoned before it gives back.
    NoAbandonMark,
    /// `confirm` does not ask whether the reservation was abandoned.
    ConfirmAbandoned,
    /// `give_back` does not ask for the hold.
    GiveBackWithoutHold,
    /// `undo` deletes the reservation before it gives back.
    DeleteBeforeGiveBack,
    /// The holds go before the order is confirmed.
    HoldsRemovedBeforeConfirm,
    /// `settle` removes the holds before the cart has let go of what was bought.
    HoldsRemovedBeforeTakeOut,
    /// When the answer to `confirm` is lost, the stock goes back without asking for the order.
    CompensationWithoutAsking,
    /// An unpaid order is cancelled here first, and then at Stripe.
    CancelHereFirst,
    /// A paid order is refunded first, and then cancelled here.
    RefundFirst,
    /// An event is recorded before it has had its effect.
    EventBeforeEffect,
    /// Money that comes for a cancelled order is not looked at.
    LateMoneyIgnored,
    /// `take_stock` does not wait for a majority.
    StockOnOneMember,
    /// `confirm` does not wait for a majority.
    OrderOnOneMember,
    /// `reserve` does not look for other tries to buy the same cart.
    NoLookAtOthers,
    /// `others` does not show what no majority has yet.
    LooksAtOthersByMajority,
    /// `insert` knows no unique index, and nobody looks for other tries.
    NeitherKeyNorLook,
    /// An intent whose order was cancelled before it could be noted stays open.
    MadeIntentKept,
    /// An order without an intent is cancelled whether it has got one meanwhile or not.
    CancelDespiteIntent,
}
