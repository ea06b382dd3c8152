//! What a cart may hold, and what it costs.

use super::money::{Money, Overflow};
use super::quantity::Quantity;

/// The most lines that a cart may have.
pub const MAX_LINES: usize = 50;

/// Pieces of one SKU at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PricedLine {
    /// How many.
    pub quantity: Quantity,
    /// What one piece costs.
    pub unit_price: Money,
}

impl PricedLine {
    /// What the line costs.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn total(self) -> Result<Money, Overflow> {
        self.unit_price.times(self.quantity)
    }
}

/// What all lines cost together.
///
/// # Errors
/// [`Overflow`]
pub fn total(lines: impl IntoIterator<Item = PricedLine>) -> Result<Money, Overflow> {
    lines.into_iter().try_fold(Money::ZERO, |sum, line| sum.plus(line.total()?))
}

#[cfg(test)]
mod tests {
    use super::{Money, PricedLine, Quantity, total};
    use proptest::prelude::*;

    prop_compose! {
        fn line()(pieces in 1_i64..=99, units in 0_i64..=99_999_999) -> PricedLine {
            PricedLine { quantity: Quantity::try_from(pieces).unwrap(), unit_price: Money::from_minor(units) }
        }
    }

    proptest! {
        #[test]
        fn the_total_is_the_sum_of_the_lines_in_any_order(mut lines in prop::collection::vec(line(), 0..50)) {
            let sum: i64 = lines.iter().map(|line| line.total().unwrap().minor()).sum();
            prop_assert_eq!(total(lines.clone()).unwrap().minor(), sum);
            lines.reverse();
            prop_assert_eq!(total(lines).unwrap().minor(), sum);
        }
    }
}
