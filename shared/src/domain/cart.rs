//! Limits and totals of carts.

use super::money::{Money, Overflow};
use super::quantity::Quantity;

/// Maximum number of lines of a cart.
pub const MAX_LINES: usize = 50;

/// A quantity at a unit price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PricedLine {
    /// Number of pieces.
    pub quantity: Quantity,
    /// Price of one piece.
    pub unit_price: Money,
}

impl PricedLine {
    /// Returns the price of the line.
    pub fn total(self) -> Result<Money, Overflow> {
        self.unit_price.times(self.quantity)
    }
}

/// Returns the sum of all lines.
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

    #[test]
    fn a_line_costs_its_unit_price_times_its_quantity() {
        let line = PricedLine { quantity: Quantity::try_from(3).unwrap(), unit_price: Money::from_minor(250) };
        assert_eq!(line.total().unwrap(), Money::from_minor(750));
        let unpayable = PricedLine { unit_price: Money::from_minor(i64::MAX), ..line };
        assert!(unpayable.total().is_err());
        assert!(total([unpayable]).is_err());
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
