//! Places between two steps where a test build can be told to die or to fall asleep, and defects
//! that it can be told to have. Without the feature `chaos`, which only the tests switch on, there
//! is none of it in the program.

#[cfg(feature = "chaos")]
mod armed;

#[cfg(feature = "chaos")]
pub use armed::{ChaosError, arm, planted, point};

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
        /// The intention to buy is written down.
        CheckoutBegun = "checkout_begun",
        /// The stock of one more product is taken.
        CheckoutTookProduct = "checkout_took_product",
        /// The order stands, and the cart is still full.
        CheckoutConfirmed = "checkout_confirmed",
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
pub const fn point(_: Point) {}

/// Whether the shop is to make that mistake: never.
#[cfg(not(feature = "chaos"))]
#[inline]
#[must_use]
pub const fn planted(_: Defect) -> bool {
    false
}
