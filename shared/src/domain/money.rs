//! Money: whole minor units in 64 bits. Binary floating point never holds an amount.

mod charge_limits;
mod currency;

pub use currency::{Amount, Currency};

use super::quantity::Quantity;

/// An amount in minor units, such as cents; negative for a reduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

/// An amount that exceeds 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is too large")]
pub struct Overflow;

impl Money {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// The largest charge of all currencies. [`Currency::max_charge`] is that of one currency.
    pub const MAX_CHARGE: Self = Self(999_999_999_999);

    /// Makes an amount of minor units.
    #[must_use]
    pub const fn from_minor(units: i64) -> Self {
        Self(units)
    }

    /// Returns the number of minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Returns whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Returns whether the amount is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the sum of both amounts.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// Returns the difference of both amounts.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// Returns the price of a quantity.
    pub fn times(self, quantity: Quantity) -> Result<Self, Overflow> {
        self.0.checked_mul(i64::from(quantity.get())).map(Self).ok_or(Overflow)
    }

    /// Returns the sum of all amounts.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }
}

#[cfg(test)]
mod tests {
    use super::Money;
    use crate::domain::quantity::Quantity;
    use proptest::prelude::*;

    #[test]
    fn only_amounts_below_zero_are_negative() {
        assert_eq!([-1, 0, 1].map(|units| Money::from_minor(units).is_negative()), [true, false, false]);
    }

    proptest! {
        #[test]
        fn sums_do_not_depend_on_the_order(mut units in prop::collection::vec(0_i64..=99_999_999, 0..50)) {
            let sum = |units: &[i64]| Money::sum(units.iter().copied().map(Money::from_minor));
            let forwards = sum(&units);
            units.reverse();
            prop_assert_eq!(forwards, sum(&units));
        }

        #[test]
        fn arithmetic_is_exact_or_an_error(a: i64, b: i64, pieces in 1_i64..=99) {
            let (x, y) = (Money::from_minor(a), Money::from_minor(b));
            prop_assert_eq!(x.plus(y).ok().map(Money::minor), a.checked_add(b));
            let quantity = Quantity::try_from(pieces).unwrap();
            prop_assert_eq!(x.times(quantity).ok().map(Money::minor), a.checked_mul(pieces));
        }
    }
}
