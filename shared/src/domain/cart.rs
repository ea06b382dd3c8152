//! Limits and totals of carts.

use super::money::{Amount, Currency, Money, Overflow};
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

/// The reason why Stripe cannot charge a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnpayableTotal {
    /// It is less than the minimum.
    #[error("the total is less than the minimum of {minimum}")]
    BelowMinimum {
        /// The minimum.
        minimum: Amount,
    },
    /// It exceeds the maximum.
    #[error("the total exceeds the maximum charge of {maximum}")]
    AboveMaximum {
        /// The maximum.
        maximum: Amount,
    },
    /// Its third decimal place is not 0.
    #[error("the third decimal place of the total must be 0")]
    Indivisible,
}

/// Checks that Stripe can charge a total. A total of 0 is not charged at all.
pub fn check_total(total: Money, currency: Currency, minimum: Money) -> Result<(), UnpayableTotal> {
    if total.is_zero() {
        Ok(())
    } else if total < minimum {
        Err(UnpayableTotal::BelowMinimum { minimum: minimum.of(currency) })
    } else if total > currency.max_charge() {
        Err(UnpayableTotal::AboveMaximum { maximum: currency.max_charge().of(currency) })
    } else if currency.is_divisible(total) {
        Ok(())
    } else {
        Err(UnpayableTotal::Indivisible)
    }
}

#[cfg(test)]
mod tests {
    use super::{Currency, Money, PricedLine, Quantity, UnpayableTotal, check_total, total};
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

    fn check(code: &str, units: i64) -> Result<(), UnpayableTotal> {
        let currency: Currency = code.parse().unwrap();
        check_total(Money::from_minor(units), currency, currency.min_charge())
    }

    #[test]
    fn a_total_is_payable_from_the_minimum_to_the_maximum_or_free() {
        for (code, minimum, maximum) in [
            ("USD", 50, 99_999_999),
            ("GBP", 30, 99_999_999),
            ("JPY", 50, 99_999_999),
            ("INR", 50, 999_999_999),
            ("COP", 50, 9_999_999_999),
            ("IDR", 50, 999_999_999_999),
        ] {
            for units in [0, minimum, maximum] {
                assert_eq!(check(code, units), Ok(()), "{units} {code}");
            }
            for units in [1, minimum - 1] {
                assert!(matches!(check(code, units), Err(UnpayableTotal::BelowMinimum { .. })), "{units} {code}");
            }
            let excessive = check(code, maximum + 1);
            assert!(matches!(excessive, Err(UnpayableTotal::AboveMaximum { .. })), "{excessive:?} {code}");
        }
    }

    #[test]
    fn a_total_of_three_decimals_must_end_in_0() {
        assert_eq!(check("KWD", 1230), Ok(()));
        assert_eq!(check("KWD", 1234), Err(UnpayableTotal::Indivisible));
        assert_eq!(check("USD", 1234), Ok(()));
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
