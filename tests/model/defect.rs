//! Mistakes that the shop could make. The tests show that the model finds each of them.

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Defect {
    /// `take_stock` takes what is not there.
    NoStockCondition,
    /// `place` knows no unique index on a user's keys.
    NoUniqueKey,
    /// `place` knows no unique index on the purchases of a cart.
    NoUniquePurchase,
    /// That index has the version of the cart in it, and not its purchases.
    VersionInKey,
    /// `recover` gives back without a tombstone.
    NoTombstone,
    /// `place` is not refused by a tombstone.
    OrderOverTombstone,
    /// `recover` gives back although an order stands.
    BuriedAlive,
    /// The tombstone does not wait for a majority.
    TombstoneOnOneMember,
    /// What an order has bought leaves the cart whenever it is settled.
    TakenOutUncounted,
    /// `give_back` does not ask for the hold.
    GiveBackWithoutHold,
    /// The holds go before the order is placed.
    HoldsRemovedBeforePlace,
    /// `settle` removes the holds before the cart has let go of what was bought.
    HoldsRemovedBeforeTakeOut,
    /// When the answer to `place` is lost, the stock goes back without asking for the order.
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
    /// `place` does not wait for a majority.
    OrderOnOneMember,
    /// An intent whose order was cancelled before it could be noted stays open.
    MadeIntentKept,
    /// An order without an intent is cancelled whether it has got one meanwhile or not.
    CancelDespiteIntent,
}
